import { type Mix, postedOf } from './mix.ts'

/** Complete HTTP requests of these events, signed now: signatures expire after five minutes. */
export function signedRequests(first: number, count: number, mix: Mix = 'payments'): Buffer[] {
  return Array.from({ length: count }, (_, index) => {
    const { path, headers, body } = postedOf(mix, first + index)
    const all = { host: '127.0.0.1', ...headers, 'content-length': String(Buffer.byteLength(body)) }
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
    return Buffer.from(`POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`)
  })
}
