import type { IncomingMessage, ServerResponse } from 'node:http'
import type { RefusalError } from '@sluice/events'
import helmet from 'helmet'
import { hasUnreadBody } from './read-body.ts'

/** How long the rest of an unread request is read and discarded, so that the sender can read the answer. */
const LINGER_MS = 500
/** An unread rest up to this length is discarded as it comes, and the connection stays open, which proxies rely on. */
const DISCARDED_BYTES = 64 * 1024
const RETRY_AFTER_SECONDS = 30

export type AnswerHeaders = Record<string, string | number>

/**
 * The headers that helmet sets, collected once, because running it for each answer costs more than checking a
 * signature.
 */
const SECURITY_HEADERS = securityHeaders()

function securityHeaders(): string[] {
  const headers: string[] = []
  const response = { setHeader: (name: string, value: string) => headers.push(name, value), removeHeader: () => {} }
  helmet()({} as IncomingMessage, response as unknown as ServerResponse, () => {})
  return headers
}

/** Answers in JSON, and closes the connection if much of the request's body was not read. */
export function answer(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  content: Record<string, unknown>,
  headers: AnswerHeaders = {},
): void {
  if (response.headersSent || response.destroyed) return
  const body = JSON.stringify(content)
  const own = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }
  const described = [...Object.entries(headers).flat(), ...Object.entries(own).flat(), ...SECURITY_HEADERS]
  if (!leavesMuchUnread(request)) response.writeHead(status, described).end(body)
  else answerAndClose(request, response.writeHead(status, [...described, 'Connection', 'close']), body)
}

/** Node discards the rest of a request that is answered, and ends the connection if it does not come in time. */
const leavesMuchUnread = (request: IncomingMessage): boolean =>
  hasUnreadBody(request) && !(Number(request.headers['content-length']) <= DISCARDED_BYTES)

/** Headers of a refusal. */
export function refusalHeaders({ code }: RefusalError): AnswerHeaders {
  if (code === 'method_not_allowed') return { Allow: 'POST' }
  if (code === 'unavailable' || code === 'not_configured') return { 'Retry-After': RETRY_AFTER_SECONDS }
  return {}
}

/**
 * Sends the answer, then reads and discards the rest of the request for up to `LINGER_MS`. Closing at once would reset
 * the connection before the sender has read the answer.
 */
function answerAndClose(request: IncomingMessage, response: ServerResponse, body: string): void {
  response.write(body)
  const timer = setTimeout(() => response.end(), LINGER_MS)
  const end = () => {
    clearTimeout(timer)
    response.end()
  }
  request.on('end', end).on('close', end).resume()
}
