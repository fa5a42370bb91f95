import { type ApiVersion, NEWEST_VERSION } from '../api-version.ts'
import { createRandom } from '../random.ts'
import type { SentEvent } from '../sent-event.ts'
import { stripeEvent } from '../stripe-event.ts'
import {
  type BalanceTransactionOptions,
  type InvoiceTransitions,
  type LineOptions,
  MONTHLY,
  type PendingUpdate,
  type Price,
  type RefundOptions,
} from '../stripe-objects/index.ts'

export const DAY = 86_400
export const PERIOD = { day: DAY, week: 7 * DAY, month: 30 * DAY, year: 365 * DAY }

export interface LifecycleOptions {
  /** The same seed gives the same lifecycle, ids included; another seed shares no id with it. */
  seed: string | number
  userId?: string
  customerId?: string
  email?: string
  /** Unix seconds. */
  start?: number
  /** Decides the shape of the payloads, never their content. Default: the newest. */
  version?: ApiVersion
}

/** One customer with one subscription at one moment. Each step changes it and returns the event. */
export interface CustomerState {
  options: LifecycleOptions
  version: ApiVersion
  /** Unix seconds, as all times here. */
  now: number
  /** How many events there have been. */
  eventCount: number
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
    pendingUpdate: PendingUpdate | null
  }
  invoice: InvoiceState
  /** The last payment of an invoice or of an order: refunds and disputes refer to it. */
  payment: PaymentState
  /** The same prefix and name give the same id, and every id of a lifecycle ends in the same ten letters. */
  id(prefix: string, name: string): string
}

export interface InvoiceState {
  /** 1 for the first. */
  index: number
  id: string
  created: number
  status: 'draft' | 'open' | 'paid' | 'uncollectible' | 'void'
  reason: string
  lines: LineOptions[]
  attempts: number
  nextAttempt: number | null
  transitions: InvoiceTransitions
}

export interface PaymentState {
  intentId: string
  chargeId: string
  invoiceId: string | null
  amount: number
  created: number
  refunds: RefundOptions[]
  disputed: boolean
  /** The movements of its money because of a dispute. */
  movements: Omit<BalanceTransactionOptions, 'disputeId'>[]
}

export function beginState(options: LifecycleOptions): CustomerState {
  const ending = idSuffixOf(options.seed)
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
    pendingUpdate: null,
  }
  const state = { options, version: options.version ?? NEWEST_VERSION, now, eventCount: 0, customer, subscription, id }
  const invoice = newInvoice(state, 1, 'subscription_create', [wholePeriod(state)])
  return { ...state, invoice, payment: paymentOf(state, invoice) }
}

/** The ten letters in which every id of this seed ends; another seed has others. */
export const idSuffixOf = (seed: string | number): string => createRandom(`lifecycle:${seed}`).id('', 10)

const letters = new Map<string, string>()

/** Cached: the letters depend on the name alone. */
function lettersOf(name: string, length: number): string {
  const known = letters.get(name) ?? createRandom(name).id('', length)
  letters.set(name, known)
  return known
}

type Begun = Pick<CustomerState, 'id' | 'now' | 'subscription'>

/** Opens the invoice of this moment, which the payments that follow are for. */
export function openInvoice(state: CustomerState, reason: string, lines: LineOptions[] = [wholePeriod(state)]): void {
  state.invoice = newInvoice(state, state.invoice.index + 1, reason, lines)
  state.payment = paymentOf(state, state.invoice)
}

const newInvoice = ({ id, now }: Begun, index: number, reason: string, lines: LineOptions[]): InvoiceState => ({
  index,
  id: id('in_', `invoice ${index}`),
  created: now,
  status: 'open',
  reason,
  lines: lines.map((line, position) => ({ ...line, id: id('il_', `line ${index}.${position}`) })),
  attempts: 0,
  nextAttempt: null,
  transitions: { finalizedAt: null, paidAt: null, voidedAt: null, uncollectibleAt: null },
})

const paymentOf = ({ id }: Begun, invoice: InvoiceState): PaymentState => ({
  intentId: id('pi_', `intent ${invoice.index}`),
  chargeId: id('ch_', `charge ${invoice.index}`),
  invoiceId: invoice.id,
  amount: amountOf(invoice),
  created: invoice.created,
  refunds: [],
  disputed: false,
  movements: [],
})

/** The invoice line of the current period; its amount is 0 during a trial. */
export function wholePeriod({ subscription }: Pick<CustomerState, 'subscription'>): LineOptions {
  const { id, price, periodStart, periodEnd, status } = subscription
  const isTrial = status === 'trialing'
  const description = isTrial ? `Trial period for ${price.name}` : `1 × ${price.name} (at ${inDollars(price)})`
  return { id: '', description, amount: isTrial ? 0 : price.amount, price, subscriptionId: id, periodStart, periodEnd }
}

const inDollars = ({ amount, interval }: Price): string => `$${(amount / 100).toFixed(2)} / ${interval}`

export const amountOf = ({ lines }: InvoiceState): number => lines.reduce((sum, { amount }) => sum + amount, 0)

export const metadataOf = ({ options }: Pick<CustomerState, 'options'>): Record<string, string> =>
  options.userId ? { user_id: options.userId } : {}

/** An event of this moment, in the shapes of the lifecycle's API version. */
export function emit(state: CustomerState, type: string, object: object, previous?: object): SentEvent {
  state.eventCount += 1
  return stripeEvent(type, object, {
    id: state.id('evt_', `event ${state.eventCount}`),
    created: state.now,
    apiVersion: state.version,
    ...(previous && { previous }),
  })
}
