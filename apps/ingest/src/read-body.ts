import type { IncomingMessage } from 'node:http'
import { RefusalError } from '@sluice/events'
import type { Body, BodyBudget } from './body-budget.ts'

/**
 * Refuses a body whose announced length exceeds the limit.
 * @throws RefusalError `payload_too_large`.
 */
export function checkLength({ headers }: IncomingMessage, maxBytes: number): void {
  if (Number(headers['content-length']) > maxBytes) throw new RefusalError('payload_too_large', 'content_length')
}

export interface BodyLimits {
  maxBytes: number
  budget: BodyBudget
  /** The share of this request. */
  share: Body
}

/**
 * Reads the exact bytes of the body. The announced length does not count here, because a body may have none.
 * @throws RefusalError `payload_too_large` as soon as the limit is exceeded; `unavailable` when the budget is;
 * `request_timeout` when the body stays incomplete.
 */
export function readBody(request: IncomingMessage, { maxBytes, budget, share }: BodyLimits): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = []
    let size = 0

    function take(chunk: Buffer): void {
      size += chunk.length
      chunks.push(chunk)
      if (size > maxBytes) refuse(new RefusalError('payload_too_large', 'body'))
      else budget.add(share, chunk.length)
    }

    function finish(): void {
      budget.arrived(share)
      resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks))
    }

    function refuse(refusal: RefusalError): void {
      request.off('data', take)
      chunks = []
      budget.release(share)
      reject(refusal)
    }

    const cut = () => request.complete || refuse(new RefusalError('request_timeout', 'incomplete_body'))
    if (request.destroyed) return void cut()
    budget.arrives(share, refuse)
    request.on('data', take).on('end', finish).on('close', cut).on('error', cut)
  })
}

/** Whether the request has a body that was not read to its end. */
export function hasUnreadBody(request: IncomingMessage): boolean {
  const announced = 'transfer-encoding' in request.headers || Number(request.headers['content-length']) > 0
  return announced && !request.complete
}
