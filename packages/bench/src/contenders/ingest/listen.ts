import { createServer, type RequestListener } from 'node:http'

/** Where each contender takes events, and tells how many it took. */
export const PATH = '/webhooks/stripe'
export const COUNT = '/count'

/** Reads its environment as the harness sets it. */
export const SECRET = process.env['STRIPE_WEBHOOK_SECRET'] ?? ''

export function listen(handle: RequestListener): void {
  createServer(handle).listen(Number(process.env['PORT']), '127.0.0.1')
}
