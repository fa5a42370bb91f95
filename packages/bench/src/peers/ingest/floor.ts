import { createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { COUNT, listen, SECRET } from './listen.ts'

/** The minimum without a framework: read the body, check the HMAC, parse, answer. */
let handled = 0

listen((request, response) => {
  if (request.url === COUNT) return answer(response, 200, { handled })
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const body = Buffer.concat(chunks)
    if (!isSigned(request, body)) return answer(response, 400, { error: 'invalid_signature' })
    const event = JSON.parse(body.toString('utf8')) as { id?: unknown }
    if (typeof event.id !== 'string') return answer(response, 400, { error: 'invalid_payload' })
    handled += 1
    answer(response, 200, { received: true })
  })
})

/** https://docs.stripe.com/webhooks/signature */
function isSigned({ headers }: IncomingMessage, body: Buffer): boolean {
  const [, timestamp = '', signature = ''] =
    /^t=(\d+),v1=([0-9a-f]{64})/.exec(String(headers['stripe-signature'])) ?? []
  if (Math.abs(Date.now() / 1000 - Number(timestamp)) > 300) return false
  const expected = createHmac('sha256', SECRET).update(`${timestamp}.`).update(body).digest()
  const shown = Buffer.from(signature, 'hex')
  return shown.length === expected.length && timingSafeEqual(shown, expected)
}

function answer(response: ServerResponse, status: number, content: object): void {
  const body = JSON.stringify(content)
  response
    .writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
    .end(body)
}
