import { DAY } from '../lifecycle/state.ts'
import type { Step } from '../lifecycle/steps/index.ts'
import { createRandom, type Random } from '../random.ts'
import { accountLifecycle } from './account-lifecycle.ts'
import { catalogueChanges } from './catalogue-changes.ts'
import type { AccountChange } from './change.ts'
import { CUSTOMER_KINDS, type CustomerKind, RENEWAL, STAYS_FOR } from './customer-kinds.ts'

export interface AccountHistoryOptions {
  seed: string | number
  customers: number
  /** Unix seconds: nothing happens later. */
  until: number
  /** The length of the time before `until` in which much happens, in seconds. */
  busyFor: number
  /** The share of customers to whom something happens in that time. Default: 0.3. */
  busy?: number
  /** Connected accounts, which own a tenth of the customers between them. Default: none. */
  accounts?: readonly string[]
}

/** A user of the host and everything that happened to its customers. */
export interface AccountUser {
  id: string
  email: string
  /** In the order in which it happened. */
  changes: AccountChange[]
}

export interface AccountHistory {
  /** In the order in which it happened, before any customer came. */
  catalogue: AccountChange[]
  /** Made one after the other, and again by every call, so that an account of any size needs little memory. */
  users(): IterableIterator<AccountUser>
}

/** The events of a year in an account of Stripe. The same seed gives the same ids. */
export const accountHistory = (options: AccountHistoryOptions): AccountHistory => ({
  catalogue: catalogueChanges(options.until - 400 * DAY),
  users: () => usersOf(options),
})

/** Every tenth user has a second customer: Checkout makes a new one each time. */
function* usersOf(options: AccountHistoryOptions): Generator<AccountUser> {
  const random = createRandom(`account:${options.seed}`)
  for (let customers = 0; customers < options.customers; ) {
    const count = random.chance(0.1) && customers + 1 < options.customers ? 2 : 1
    customers += count
    yield userOf(options, random, count)
  }
}

function userOf(options: AccountHistoryOptions, random: Random, customers: number): AccountUser {
  const id = random.id('user_', 16)
  const email = `${id.toLowerCase()}@example.com`
  const { accounts = [] } = options
  const [first, ...others] = accounts
  const account = first !== undefined && random.chance(0.1) ? random.pick([first, ...others]) : null
  const each = Array.from({ length: customers }, () => customerOf(options, random, { userId: id, email, account }))
  const changes = each.flat().sort((one, other) => one.event.at.getTime() - other.event.at.getTime())
  return { id, email, changes }
}

type Owner = { userId: string; email: string; account: string | null }

function customerOf(options: AccountHistoryOptions, random: Random, owner: Owner): AccountChange[] {
  const kind = kindOf(random)
  const steps = kind.steps(Array.from({ length: random.between(0, 8) }, () => RENEWAL).flat())
  const seed = `${options.seed}:${random.id('', 12)}`
  const start = startOf(options, random, kind, secondsOf(steps))
  const changes = accountLifecycle({ seed, steps, start, ...owner })
  return withoutHalfPayment(changes.filter(({ event }) => event.at.getTime() <= options.until * 1000))
}

/** A lifecycle's intent may succeed days before its invoice says so; at Stripe both happen at once. */
const withoutHalfPayment = (changes: AccountChange[]): AccountChange[] =>
  changes.at(-1)?.event.type === 'payment_intent.succeeded' && changes.some(isOfInvoice)
    ? changes.slice(0, -1)
    : changes

/** So that the customer is in the state of its kind at the end, or that something happens to it in the busy time. */
function startOf(
  options: AccountHistoryOptions,
  random: Random,
  kind: CustomerKind,
  seconds: readonly number[],
): number {
  const { until, busyFor, busy = 0.3 } = options
  const isBusy = random.chance(busy)
  if (isBusy) return until - random.between(0, busyFor) - (seconds[random.between(0, seconds.length - 1)] ?? 0)
  const idle = random.between(busyFor, Math.max(busyFor, kind.staysFor ?? STAYS_FOR))
  return until - idle - (seconds.at(-1) ?? 0)
}

/** Each kind as often as its share says. */
const DRAWN = CUSTOMER_KINDS.flatMap((kind) => Array.from({ length: kind.share }, () => kind))

function kindOf(random: Random): CustomerKind {
  const kind = DRAWN[random.between(0, DRAWN.length - 1)]
  if (!kind) throw new Error('there is a kind of customer')
  return kind
}

const known = new Map<string, readonly number[]>()

/** When each step happens, in seconds after the first; cached, because it depends on the steps alone. */
function secondsOf(steps: readonly Step[]): readonly number[] {
  const key = steps.join()
  const seconds = known.get(key) ?? measure(steps)
  known.set(key, seconds)
  return seconds
}

function measure(steps: readonly Step[]): number[] {
  const start = 1_600_000_000
  const changes = accountLifecycle({ seed: 'measure', steps, start, account: null })
  return changes.map(({ event }) => event.at.getTime() / 1000 - start)
}

const isOfInvoice = ({ event }: AccountChange): boolean => event.type.startsWith('invoice.')
