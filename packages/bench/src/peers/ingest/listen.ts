import { createServer, type RequestListener } from 'node:http'

/** Paths on which each peer receives events and reports its count. */
export const PATH = '/webhooks/stripe'
export const COUNT = '/count'

/** Set by the harness. */
export const SECRET = process.env['STRIPE_WEBHOOK_SECRET'] ?? ''

export function listen(handle: RequestListener): void {
  createServer(handle).listen(Number(process.env['PORT']), '127.0.0.1')
}
