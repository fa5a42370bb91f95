import { type Announcement, digestOf, type HostData, type PendingMessage, thingOf } from '@sluice/database/host'
import { replayOf } from '@sluice/events'
import { LINK_SECONDS } from './limits.ts'

/** A message to send now. */
export interface Sending {
  message: PendingMessage
  data: Record<string, unknown>
  /** The values for `recordSending`; undefined if no other message is about the same thing. */
  announcement: (Pick<Announcement, 'messageId' | 'digest'> & { thing: string }) | undefined
}

/** The outcome of each of the next messages. Those in no list stay for later. */
export interface Plan {
  send: Sending[]
  /** Something is not ready yet, or its user is not known yet. */
  postpone: PendingMessage[]
  /** The host knows what they say. */
  unchanged: PendingMessage[]
  /** Nobody needs to know any more, and why; undefined if it is gone. */
  obsolete: { message: PendingMessage; why: string | undefined }[]
}

/**
 * Decides what to do with the next messages of an endpoint.
 *
 * A message announces a state, so of several about one thing the first one that is sent may announce all changes, and
 * the others then tell nothing new. Whether a message tells something new is known only once the earlier one is
 * acknowledged: of one thing, one message is sent at a time. A host takes no new data with an id that it knows. So a
 * message that was sent before, with other data or nobody knows which, does not count as an announcement, and the next one
 * is sent.
 *
 * @param places how many may be sent
 * @param found the state, by message id
 * @param announced what the endpoint was told last, by thing
 */
export function planMessages(
  messages: readonly PendingMessage[],
  places: number,
  found: ReadonlyMap<string, HostData>,
  announced: ReadonlyMap<string, Announcement>,
): Plan {
  const plan: Plan = { send: [], postpone: [], unchanged: [], obsolete: [] }
  const things = new Set<string>()
  for (const message of messages) {
    const state = found.get(message.id)
    const thing = thingOf(message)
    const last = thing === undefined ? undefined : announced.get(thing)
    if (!state) plan.obsolete.push({ message, why: undefined })
    else if (state.obsolete !== undefined && last?.messageId !== message.id)
      plan.obsolete.push({ message, why: state.obsolete })
    else if (isKnown(message, state, last, announced)) plan.unchanged.push(message)
    else if (state.waits || isUnlinked(message, state.data)) plan.postpone.push(message)
    else if (plan.send.length < places && !(thing && things.has(thing))) {
      if (thing) things.add(thing)
      plan.send.push({
        message,
        data: state.data,
        announcement: thing ? announcementOf(message, thing, state, last) : undefined,
      })
    }
  }
  return plan
}

function isKnown(
  message: PendingMessage,
  { data, sameMoney = [] }: HostData,
  last: Announcement | undefined,
  announced: ReadonlyMap<string, Announcement>,
): boolean {
  if (replayOf(message.key) !== undefined) return false // somebody asked for it again
  if (last?.isAcknowledged && last.digest === digestOf(data)) return true
  return sameMoney.length > 0 && thingsOfMoney(message, sameMoney).every((thing) => announced.has(thing))
}

/** The same things as those of the messages about these payments. */
export const thingsOfMoney = ({ payload }: PendingMessage, payments: readonly string[]): string[] =>
  payments.flatMap((subject) => thingOf({ payload: { ...payload, subject } }) ?? [])

/** The event that names the user of a customer may come a moment later than one about a payment. */
const isUnlinked = ({ payload, ageSeconds }: PendingMessage, data: HostData['data']): boolean =>
  ageSeconds < LINK_SECONDS &&
  payload.type !== 'customer.linked' &&
  data['userId'] === null &&
  data['customerId'] !== null

function announcementOf(
  { id, attempts }: PendingMessage,
  thing: string,
  { data }: HostData,
  last: Announcement | undefined,
): Sending['announcement'] {
  const digest = digestOf(data)
  const isRepeat = last?.messageId === id
  const isCertain = isRepeat ? last.digest === digest : attempts === 0
  return { thing, messageId: id, digest: isCertain ? digest : null }
}
