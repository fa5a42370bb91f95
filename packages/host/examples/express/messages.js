import { VerificationError, verify } from '@sluice/host'

/** @import { Request, Response } from 'express' */
/** @import { ReceivedMessage } from '@sluice/host' */

/** @type {Map<string, ReceivedMessage>} The last messages by id. Yours belong in a table, beside what you did with them. */
export const received = new Map()

const KEPT = 10

/**
 * A message may come twice, and an older one after a newer one: the id tells the first, `data.version` the second.
 *
 * @param {Request} request
 * @param {Response} response
 */
export function receiveMessage(request, response) {
  const secret = process.env.HOST_WEBHOOK_SECRET
  if (!secret) return void response.status(503).send('HOST_WEBHOOK_SECRET is not set.')
  try {
    const message = verify(request.body ?? '', request.headers, secret)
    received.set(message.id, message)
    for (const id of [...received.keys()].slice(0, -KEPT)) received.delete(id)
    console.log(`Sluice says: ${message.type} (${message.id})`)
    response.sendStatus(204)
  } catch (error) {
    if (!(error instanceof VerificationError)) throw error
    console.log(error.message)
    response.status(400).send(error.failure)
  }
}
