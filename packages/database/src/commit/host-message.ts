import { createHash } from 'node:crypto'
import type { Effect, HostMessageType } from '@sluice/events'

/**
 * A message to the host about an object. It has only ids: the worker reads the rows when it sends it.
 *
 * @param cause what happened to the object, in parts separated by colons, if a message of this type may be sent more than once about it
 */
export const hostMessage = (type: HostMessageType, subject: string, cause?: string): Effect<'host.message'> => ({
  key: [type, subject, ...(cause?.split(':') ?? [])].map(inHeader).join(':'),
  kind: 'host.message',
  payload: { type, subject },
})

/** The key is the header `webhook-id`, and the host chooses the ids of its users. */
const inHeader = (part: string): string =>
  /^[\w.@-]{1,200}$/.test(part) ? part : `h${createHash('sha256').update(part).digest('hex').slice(0, 32)}`
