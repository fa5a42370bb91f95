import { stripe } from '@sluice/providers/stripe'
import { bodyOf } from '../event.ts'

/** Complete HTTP requests of these events, signed now: signatures expire after five minutes. */
export function signedRequests(first: number, count: number, path: string, secret: string): Buffer[] {
  return Array.from({ length: count }, (_, index) => {
    const body = bodyOf(first + index)
    const headers = {
      host: '127.0.0.1',
      ...stripe.sign(body, secret),
      'content-length': String(Buffer.byteLength(body)),
    }
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
    return Buffer.from(`POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`)
  })
}
