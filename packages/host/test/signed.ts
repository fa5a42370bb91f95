import { Webhook } from 'standardwebhooks'

export const SECRET = 'whsec_dGhlIHNlY3JldCBvZiB0aGVzZSB0ZXN0cw=='
export const BODY = '{"type":"customer.linked","timestamp":"2026-01-05T09:00:00Z","data":{"version":1,"name":"Zoë ✓"}}'
export const ID = 'customer.linked:1'

export const secondsOf = (at: Date): string => String(Math.floor(at.getTime() / 1000))

/** The headers of a message, signed by the library that Sluice and every other sender may use. */
export const headersOf = ({ secret = SECRET, body = BODY, id = ID, at = new Date() } = {}) => ({
  'webhook-id': id,
  'webhook-timestamp': secondsOf(at),
  'webhook-signature': new Webhook(secret).sign(id, at, body),
})
