import {
  API_VERSIONS,
  type ApiVersion,
  LIFECYCLES,
  RARE_LIFECYCLES,
  type SentEvent,
  subscriptionLifecycle,
} from '@sluice/simulator'
import { thinEvent } from '../stand-ins/stripe/thin.ts'
import { type Payload, writtenPayloads } from './payload.ts'

const ACCOUNT = 'acct_1Connected'

/**
 * Snapshot events of every type that the simulator knows, with each status that their object takes, in each API version
 * (https://docs.stripe.com/upgrades), in live mode and of a connected account; then those written by hand.
 */
export const stripePayloads = (): Payload[] => [
  ...API_VERSIONS.flatMap((version) => eventsIn(version).map((event) => payloadOf(event, version))),
  ...eventsIn('2020-08-27', 'live').map((event) => payloadOf(inLiveMode(event), 'live')),
  ...eventsIn('2026-10-28.endive', 'connected').map((event) => payloadOf(ofAccount(event), 'connected')),
  ...writtenPayloads('stripe'),
]

/** Thin events (https://docs.stripe.com/webhooks/migrate-snapshot-to-thin-events), one of each type, then those written by hand. */
export const thinPayloads = (): Payload[] => [
  ...eventsIn('2026-10-28.endive', 'thin').map((event) => payloadOf(thinEvent(event), 'thin')),
  ...writtenPayloads('stripe-thin'),
]

/** Bodies that are no events, and must be refused: envelopes of cloud transports, and events with a part missing. */
export const refusedStripePayloads = (): Payload[] => writtenPayloads('stripe-refused')

const payloadOf = ({ type, body }: SentEvent, shape: string): Payload => ({
  name: `${type}__${statusOf(body)}${shape}`,
  body: Buffer.from(body),
})

/** The first event of each type and status. */
function eventsIn(version: ApiVersion, seed: string = version): SentEvent[] {
  const lifecycles = [...Object.values(LIFECYCLES).map(({ steps }) => steps), ...RARE_LIFECYCLES]
  const events = lifecycles.flatMap((steps, index) =>
    subscriptionLifecycle({ seed: `payload ${seed} ${index}`, steps, version, userId: 'user_1' }),
  )
  const seen = new Set<string>()
  return events.filter(({ type, body }) => {
    const key = `${type} ${statusOf(body)}`
    return !seen.has(key) && seen.add(key)
  })
}

/** `paid__`, or nothing when the object has no status. */
function statusOf(body: string): string {
  const status = JSON.parse(body).data?.object?.status
  return typeof status === 'string' ? `${status}__` : ''
}

function inLiveMode(event: SentEvent): SentEvent {
  const body = JSON.parse(event.body)
  const object = { ...body.data.object, livemode: true }
  return { ...event, body: JSON.stringify({ ...body, livemode: true, data: { ...body.data, object } }, null, 2) }
}

function ofAccount(event: SentEvent): SentEvent {
  return { ...event, body: JSON.stringify({ account: ACCOUNT, ...JSON.parse(event.body) }, null, 2) }
}
