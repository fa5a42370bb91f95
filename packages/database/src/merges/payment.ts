import type { InvoicePart, PaidMoney, PaymentFact } from '@sluice/events'
import { joinLinks, type Links, linkedUsers, linksOf } from './links.ts'
import type { Merge, Traced } from './merge-rows.ts'
import { type Comparable, compact, digestOf, greatest, known, least } from './order.ts'
import { columnsOfOrigin, givesAccess, joinOrigins, type Origin, ofOneOrigin, originOf } from './stripe.ts'

interface Stated {
  precedence: number
  occurredAt: string
  digest: string
  money: PaidMoney
}

export interface PaymentRegisters extends Origin {
  status: PaymentFact['status']
  currency: string
  invoiceId?: string | undefined
  subscriptionId?: string | undefined
  customerId?: string | undefined
  occurredAt: string
  stated?: Stated | undefined
  /** Amounts of an invoice's payments, by id. */
  parts?: Record<string, Omit<InvoicePart, 'id'>>
  /** The payment that has this one's money, where an invoice claimed it too late. */
  movedTo?: string | undefined
  attemptCount?: number
  nextPaymentAttempt?: string
  /** The buyer, where there is no customer. */
  links?: Links
  /** Set while imports alone have told of it. */
  imported?: true | undefined
}

/** The registers of a row that an older version wrote. */
interface FirstRegisters {
  first: {
    occurredAt: string
    digest: string
    contents: Origin & {
      status: PaymentFact['status']
      amount: number
      currency: string
      stripeInvoiceId: string | null
      stripeSubscriptionId: string | null
      stripeCustomerId: string | null
    }
  }
  attemptCount?: number
  nextPaymentAttempt?: string
  links?: Links
  forgotten?: true
}

type MixedRegisters = PaymentRegisters & FirstRegisters

export type PaymentInput = Traced<PaymentFact> & { movedTo?: string }

/** One row per outcome. What an invoice is paid in the end wins over what it was paid so far, which only grows. */
export const paymentMerge: Merge<Traced<PaymentFact>, PaymentRegisters, PaymentInput> = {
  table: 'payments',
  key: 'payment_id',
  watched: ['status'],
  types: {
    livemode: 'boolean',
    amount: 'bigint',
    attempt_count: 'integer',
    next_payment_attempt: 'timestamptz',
    occurred_at: 'timestamptz',
    unpriced: 'boolean',
    webhook_event_id: 'bigint',
    link_user_ids: 'text[]',
  },
  shown: `stripe_invoice_id stripe_subscription_id stripe_customer_id user_id account livemode status amount currency
    moved_to_payment_id unpriced attempt_count next_payment_attempt occurred_at link_user_ids`,
  hostReads: `payment_id stripe_invoice_id stripe_subscription_id stripe_customer_id user_id account livemode status
    amount currency attempt_count next_payment_attempt occurred_at unpriced moved_to_payment_id`,
  volatile: 'webhook_event_id',
  keyOf: ({ paymentId }) => paymentId,
  customerOf: ({ stripeCustomerId }) => stripeCustomerId,
  once: ({ webhookEventId }) => ({ webhook_event_id: webhookEventId }),

  registersOf: ({ money, part, occurredAt, nextPaymentAttempt, ...fact }) => {
    const second = occurredAt.toISOString()
    const stated = money && { precedence: fact.precedence ?? 0, occurredAt: second, digest: digestOf(money), money }
    return compact({
      status: fact.status,
      currency: fact.currency,
      invoiceId: fact.stripeInvoiceId ?? undefined,
      subscriptionId: fact.stripeSubscriptionId ?? undefined,
      customerId: fact.stripeCustomerId ?? undefined,
      occurredAt: second,
      stated,
      parts: part ? { [part.id]: { amount: part.amount, isExternal: part.isExternal } } : {},
      movedTo: fact.movedTo,
      links: linksOf(fact.links, occurredAt),
      imported: fact.imported,
      attemptCount: fact.attemptCount,
      ...(nextPaymentAttempt && { nextPaymentAttempt: nextPaymentAttempt.toISOString() }),
      ...originOf(fact),
    })
  },

  join: (stored, b) => joinOne(modern(stored), b),

  columnsOf: (registers, rules) => {
    const { invoiceId, subscriptionId, customerId, movedTo, ...row } = modern(registers)
    return {
      status: movedTo === undefined ? row.status : 'failed',
      amount: paidOf(registers).amount,
      unpriced: isUnpriced(registers),
      currency: row.currency,
      stripe_invoice_id: invoiceId ?? null,
      stripe_subscription_id: subscriptionId ?? null,
      stripe_customer_id: customerId ?? null,
      moved_to_payment_id: movedTo ?? null,
      occurred_at: row.occurredAt,
      attempt_count: row.attemptCount ?? 0,
      next_payment_attempt: row.nextPaymentAttempt ?? null,
      link_user_ids: givesAccess(row, rules) ? linkedUsers(row.links) : [],
      ...columnsOfOrigin(row),
    }
  },
}

const joinOne = ofOneOrigin((a: PaymentRegisters, b: PaymentRegisters): PaymentRegisters => {
  const next = [a.nextPaymentAttempt, b.nextPaymentAttempt].sort().findLast((date) => date !== undefined)
  return compact({
    status: known(a.status, b.status) ?? b.status,
    currency: known(a.currency, b.currency) ?? b.currency,
    invoiceId: known(a.invoiceId, b.invoiceId),
    subscriptionId: known(a.subscriptionId, b.subscriptionId),
    customerId: known(a.customerId, b.customerId),
    occurredAt: least(a.occurredAt, b.occurredAt, (second) => [second]) ?? b.occurredAt,
    stated: greatest(a.stated, b.stated, orderOf),
    parts: joinParts(a.parts, b.parts),
    movedTo: known(a.movedTo, b.movedTo),
    links: joinLinks(a.links, b.links),
    imported: a.imported && b.imported,
    attemptCount: Math.max(a.attemptCount ?? 0, b.attemptCount ?? 0),
    ...(next !== undefined && { nextPaymentAttempt: next }),
    ...joinOrigins(a, b),
  })
})

/** So far: the greatest amount. In the end: the earliest statement, and of one second the one that knows most. */
const orderOf = ({ precedence, money, occurredAt, digest }: Stated): Comparable[] => [
  precedence,
  precedence === 0 ? money.amount : 0,
  -Date.parse(occurredAt),
  money.amount,
  money.tax,
  digest,
]

function joinParts(a: PaymentRegisters['parts'] = {}, b: PaymentRegisters['parts'] = {}): PaymentRegisters['parts'] {
  const joined = { ...a }
  for (const [id, part] of Object.entries(b)) {
    const order = ({ amount, isExternal }: typeof part) => [amount, isExternal]
    joined[id] = greatest(joined[id], part, order) ?? part
  }
  return joined
}

/** A worker of an older version may have added `first` to a row of this one. */
export function modern(registers: PaymentRegisters | FirstRegisters | MixedRegisters): PaymentRegisters {
  if (!('first' in registers)) return registers
  const { first: _, ...others } = registers
  return 'status' in others ? joinOne(others, ofFirst(registers)) : ofFirst(registers)
}

/** An invoice of an older version may have been booked before its tax was known, so a newer statement wins. */
function ofFirst({ first, attemptCount, nextPaymentAttempt, links, forgotten }: FirstRegisters): PaymentRegisters {
  const { status, amount, currency, stripeInvoiceId, stripeSubscriptionId, stripeCustomerId, ...origin } =
    first.contents
  const money = { amount, external: 0, total: amount, tax: 0 }
  return compact({
    status,
    currency,
    invoiceId: stripeInvoiceId ?? undefined,
    subscriptionId: stripeSubscriptionId ?? undefined,
    customerId: stripeCustomerId ?? undefined,
    occurredAt: first.occurredAt,
    stated: { precedence: 0, occurredAt: first.occurredAt, digest: first.digest, money },
    parts: {},
    links,
    ...(attemptCount !== undefined && { attemptCount }),
    ...(nextPaymentAttempt !== undefined && { nextPaymentAttempt }),
    ...(forgotten && { forgotten }),
    ...origin,
  })
}

/**
 * Whether only parts of an invoice are known, and neither its price nor its tax. Nothing is booked until they are, or
 * until it is clear that no event will name them; see `bookUnclaimedPayments`.
 */
export const isUnpriced = (registers: PaymentRegisters): boolean => modern(registers).stated === undefined

/** How it ended, as far as it is booked; null while it is not, and where another payment has its money. */
export function outcomeOf(registers: PaymentRegisters): 'succeeded' | 'failed' | null {
  const { status, movedTo } = modern(registers)
  if (movedTo !== undefined) return null
  return status === 'succeeded' && isUnpriced(registers) ? null : status
}

/**
 * The amount paid in all, from what the invoice says and from the sum of its payments. Each may know more than the other:
 * most endpoints get no event about a single payment, and the invoice's own event may come later.
 */
export function paidOf(registers: PaymentRegisters): PaidMoney {
  const { stated, parts } = modern(registers)
  const all = Object.values(parts ?? {})
  const sum = (some: typeof all) => some.reduce((total, { amount }) => total + amount, 0)
  const outside = sum(all.filter(({ isExternal }) => isExternal))
  const atStripe = sum(all) - outside
  const said = stated?.money ?? { amount: 0, external: 0, total: 0, tax: 0 }
  const amount = Math.max(said.amount, atStripe + outside)
  const external = Math.max(outside, Math.min(said.external, amount - atStripe))
  return { amount, external, total: said.total, tax: said.tax }
}
