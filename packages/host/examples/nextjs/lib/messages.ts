import type { ReceivedMessage } from '@sluice/host'

const KEPT = 10

// Next.js loads a module once for each kind of route: the global object is what they share.
const shared = globalThis as { receivedMessages?: Map<string, ReceivedMessage> }

shared.receivedMessages ??= new Map()

/** The last messages by id. Yours belong in a table, beside what you did with them. */
export const received = shared.receivedMessages

export function keep(message: ReceivedMessage): void {
  received.set(message.id, message)
  for (const id of [...received.keys()].slice(0, -KEPT)) received.delete(id)
}
