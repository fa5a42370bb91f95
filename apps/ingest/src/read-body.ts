import type { IncomingMessage } from 'node:http'
import { RefusalError } from '@sluice/events'

/**
 * Reads the exact bytes of the body.
 * @throws RefusalError `payload_too_large` as soon as the limit is exceeded; `request_timeout` when the body stays
 * incomplete.
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  if (Number(request.headers['content-length']) > maxBytes)
    throw new RefusalError('payload_too_large', 'content_length')
  const chunks: Buffer[] = []
  let size = 0
  return new Promise((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= maxBytes) chunks.push(chunk)
      else reject(new RefusalError('payload_too_large', 'body'))
    })
    request.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)))
    const cut = () => request.complete || reject(new RefusalError('request_timeout', 'incomplete_body'))
    request.on('close', cut).on('error', cut)
  })
}

/** Whether the request has a body that was not read to its end. */
export function hasUnreadBody(request: IncomingMessage): boolean {
  const announced = 'transfer-encoding' in request.headers || Number(request.headers['content-length']) > 0
  return announced && !request.complete
}
