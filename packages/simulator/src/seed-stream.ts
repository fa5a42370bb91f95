import { API_VERSIONS, NEWEST_VERSION } from './api-version.ts'
import { CATALOGUE, ENTITLED, LIFECYCLES, PENDING_UPGRADES } from './lifecycle/named-lifecycles.ts'
import type { Step } from './lifecycle/steps/index.ts'
import { subscriptionLifecycle } from './lifecycle/subscription-lifecycle.ts'
import { predictionLifecycle } from './prediction/prediction-lifecycle.ts'
import { createRandom, type Random } from './random.ts'
import type { SentEvent } from './sent-event.ts'

export interface SeedStreamOptions {
  /** The exact number of events: five of six from Stripe, the rest from Replicate. */
  events: number
  seed: string | number
}

/** A stream with the rows that the host application has in its own tables when it arrives. */
export interface SeedStream {
  events: SentEvent[]
  users: Array<{ id: string; email: string }>
  generationJobs: Array<{ id: string; userId: string; predictionId: string }>
}

/** The lifecycles that customers are given, by weight: most renew. */
const WEIGHTED_LIFECYCLES: readonly [readonly Step[], ...Array<readonly Step[]>] = [
  ['created', 'activated', 'paid', 'payment_succeeded', 'checkout', 'yearly', 'renewed', 'paid'],
  ['created', 'activated', 'checkout', 'paid', 'payment_succeeded', 'canceling', 'deleted'],
  ['order'],
  ...Array.from({ length: 8 }, () => LIFECYCLES['checkout to renewal'].steps),
  ...Object.values(LIFECYCLES).map(({ steps }) => steps),
  CATALOGUE,
  ENTITLED,
  ...PENDING_UPGRADES,
]

const ENDINGS = ['succeeded', 'succeeded', 'succeeded', 'failed', 'canceled'] as const
const DAY = 86_400
const START = Date.UTC(2026, 0, 5, 9) / 1000

/** Events of many customers and predictions side by side, in the order in which they happened. */
export function seedStream({ events, seed }: SeedStreamOptions): SeedStream {
  const random = createRandom(`stream:${seed}`)
  const stream: SeedStream = { events: [], users: [], generationJobs: [] }
  const stripeCount = events - Math.floor(events / 6)

  while (stream.events.length < stripeCount) addCustomer(stream, random, seed)
  stream.events.length = stripeCount
  while (stream.events.length < events) addPrediction(stream, random, seed)
  stream.events.length = events

  stream.events.sort((one, other) => one.at.getTime() - other.at.getTime())
  return stream
}

/** Now and then a second customer of the last user: Checkout makes a new one each time. */
function addCustomer(stream: SeedStream, random: Random, seed: string | number): void {
  const last = stream.users.at(-1)
  const user = last && random.chance(0.1) ? last : addUser(stream, random)
  const lifecycle = `${seed}:${random.id('', 12)}`
  const start = START + random.between(0, 60 * DAY)
  const steps = random.pick(WEIGHTED_LIFECYCLES)
  const version = random.chance(0.3) ? random.pick(API_VERSIONS) : NEWEST_VERSION
  stream.events.push(
    ...subscriptionLifecycle({ seed: lifecycle, steps, userId: user.id, email: user.email, start, version }),
  )
}

function addUser(stream: SeedStream, random: Random) {
  const id = random.id('user_', 16)
  const user = { id, email: `${id.toLowerCase()}@example.com` }
  stream.users.push(user)
  return user
}

function addPrediction(stream: SeedStream, random: Random, seed: string | number): void {
  const predictionId = random.id('', 26).toLowerCase()
  const user = stream.users[random.between(0, stream.users.length - 1)] ?? addUser(stream, random)
  stream.generationJobs.push({ id: random.id('job_', 16), userId: user.id, predictionId })
  stream.events.push(
    ...predictionLifecycle({
      seed: `${seed}:${predictionId}`,
      predictionId,
      ending: random.pick(ENDINGS),
      output: random.pick(['pictures', 'pictures', 'text']),
      start: START + random.between(0, 60 * DAY),
    }),
  )
}
