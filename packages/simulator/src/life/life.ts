import { type ApiVersion, NEWEST_VERSION } from '../api-version.ts'
import { createRandom } from '../random.ts'
import type { SentEvent } from '../sent-event.ts'
import { stripeEvent } from '../stripe-event.ts'
import { type LineOptions, MONTHLY, type Price, type RefundOptions } from '../stripe-objects/index.ts'

export const DAY = 86_400
export const PERIOD = { day: DAY, week: 7 * DAY, month: 30 * DAY, year: 365 * DAY }

export interface LifeOptions {
  /** The same seed gives the same life, ids included; another seed shares no id with it. */
  seed: string | number
  userId?: string
  customerId?: string
  email?: string
  /** Unix seconds. */
  start?: number
  /** How the payloads are shaped; what they say is the same in all. */
  version?: ApiVersion
}

/** One customer with one subscription, as Stripe knows them at one moment. Steps change it and tell of the change. */
export interface Life {
  options: LifeOptions
  version: ApiVersion
  /** Unix seconds, as all times here. */
  now: number
  /** How many events there have been. */
  told: number
  customer: { id: string; email: string | null; created: number; paymentMethodId: string }
  subscription: {
    id: string
    created: number
    status: string
    price: Price
    periodStart: number
    periodEnd: number
    trialEnd: number | null
    cancelAtPeriodEnd: boolean
    canceledAt: number | null
  }
  invoice: LifeInvoice
  /** What refunds and disputes are about: the last payment of an invoice or of an order. */
  payment: LifePayment
  /** The same prefix and name give the same id, and every id of a life ends in the same ten letters. */
  id(prefix: string, name: string): string
}

export interface LifeInvoice {
  /** 1 for the first. */
  index: number
  id: string
  created: number
  status: 'draft' | 'open' | 'paid' | 'uncollectible' | 'void'
  reason: string
  lines: LineOptions[]
  attempts: number
  nextAttempt: number | null
}

export interface LifePayment {
  intentId: string
  chargeId: string
  invoiceId: string | null
  amount: number
  created: number
  refunds: RefundOptions[]
  disputed: boolean
}

export function beginLife(options: LifeOptions): Life {
  const ending = endingOf(options.seed)
  const id = (prefix: string, name: string) => `${prefix}${lettersOf(name, prefix === 'cus_' ? 4 : 14)}${ending}`
  const now = options.start ?? Date.UTC(2026, 0, 5, 9) / 1000
  const customer = {
    id: options.customerId ?? id('cus_', 'customer'),
    email: options.email ?? null,
    created: now,
    paymentMethodId: id('pm_', 'card'),
  }
  const subscription = {
    id: id('sub_', 'subscription'),
    created: now,
    status: 'incomplete',
    price: MONTHLY,
    periodStart: now,
    periodEnd: now + PERIOD[MONTHLY.interval],
    trialEnd: null,
    cancelAtPeriodEnd: false,
    canceledAt: null,
  }
  const state = { options, version: options.version ?? NEWEST_VERSION, now, told: 0, customer, subscription, id }
  const invoice = newInvoice(state, 1, 'subscription_create', [wholePeriod(state)])
  return { ...state, invoice, payment: paymentOf(state, invoice) }
}

/** The ten letters in which every id of this seed's life ends, and of no other. */
export const endingOf = (seed: string | number): string => createRandom(`life:${seed}`).id('', 10)

const letters = new Map<string, string>()

/** The same in every life, so worked out once. */
function lettersOf(name: string, length: number): string {
  const known = letters.get(name) ?? createRandom(name).id('', length)
  letters.set(name, known)
  return known
}

type Begun = Pick<Life, 'id' | 'now' | 'subscription'>

/** Opens the invoice of this moment, which the payments that follow are for. */
export function openInvoice(life: Life, reason: string, lines: LineOptions[] = [wholePeriod(life)]): void {
  life.invoice = newInvoice(life, life.invoice.index + 1, reason, lines)
  life.payment = paymentOf(life, life.invoice)
}

const newInvoice = ({ id, now }: Begun, index: number, reason: string, lines: LineOptions[]): LifeInvoice => ({
  index,
  id: id('in_', `invoice ${index}`),
  created: now,
  status: 'open',
  reason,
  lines: lines.map((line, position) => ({ ...line, id: id('il_', `line ${index}.${position}`) })),
  attempts: 0,
  nextAttempt: null,
})

const paymentOf = ({ id }: Begun, invoice: LifeInvoice): LifePayment => ({
  intentId: id('pi_', `intent ${invoice.index}`),
  chargeId: id('ch_', `charge ${invoice.index}`),
  invoiceId: invoice.id,
  amount: amountOf(invoice),
  created: invoice.created,
  refunds: [],
  disputed: false,
})

/** What the plan costs for the present period, or nothing while it is on trial. */
export function wholePeriod({ subscription }: Pick<Life, 'subscription'>): LineOptions {
  const { id, price, periodStart, periodEnd, status } = subscription
  const isTrial = status === 'trialing'
  const description = isTrial ? `Trial period for ${price.name}` : `1 × ${price.name} (at ${inDollars(price)})`
  return { id: '', description, amount: isTrial ? 0 : price.amount, price, subscriptionId: id, periodStart, periodEnd }
}

const inDollars = ({ amount, interval }: Price): string => `$${(amount / 100).toFixed(2)} / ${interval}`

export const amountOf = ({ lines }: LifeInvoice): number => lines.reduce((sum, { amount }) => sum + amount, 0)

export const metadataOf = ({ options }: Pick<Life, 'options'>): Record<string, string> =>
  options.userId ? { user_id: options.userId } : {}

/** An event of this moment, in the shapes of the life's API version. */
export function tell(life: Life, type: string, object: object, previous?: object): SentEvent {
  life.told += 1
  return stripeEvent(type, object, {
    id: life.id('evt_', `event ${life.told}`),
    created: life.now,
    apiVersion: life.version,
    ...(previous && { previous }),
  })
}
