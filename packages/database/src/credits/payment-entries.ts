import type { Conversion, CreditTerms, InvoiceLine, SoldLine } from '@sluice/events'
import { creditTermsAt, type DatedOffer } from '../merges/price.ts'
import type { CreditEntry } from './entries.ts'

/** A payment with what it paid for. */
export interface PaidCredits {
  paymentId: string
  userId: string
  /** ISO 8601. */
  paidAt: string
  paid: Money
  /** The same money in the other currencies that it is known in. */
  paidIn: Money[]
  sold: Sold[]
  /** Amounts that went back, each more than 0, in an order that depends on nothing but their set. */
  reversals: (Money & { id: string })[]
}

/** In the currency's minor unit. */
export interface Money {
  amount: number
  currency: string
}

/** One thing that was paid for. */
export interface Sold {
  /** A price; `session` or `intent` for what the metadata of a session, or of an intent or charge, names. */
  of: string
  terms: CreditTerms | null
  quantity: number
  isFree: boolean
  /** ISO 8601. */
  periodEnd: string | null
}

/** The offers of prices, by id. */
export type Offers = ReadonlyMap<string, DatedOffer[]>

/**
 * The lines of an invoice that grant credits. A proration grants none: it is a part of a period whose credits were
 * granted when the period was paid.
 */
export const soldByInvoice = (lines: InvoiceLine[], offers: Offers, paidAt: string): Sold[] =>
  lines.flatMap(({ priceId, isProration, amount, quantity, periodEnd, creditTerms }) =>
    priceId === undefined || isProration || amount < 0
      ? []
      : {
          of: priceId,
          terms: creditTerms ?? creditTermsAt(offers.get(priceId) ?? [], paidAt),
          quantity: quantity ?? 1,
          isFree: amount === 0,
          periodEnd: periodEnd ?? null,
        },
  )

/** The part of a session that says what it sold. */
export interface SessionDetails {
  creditTerms?: CreditTerms
  sold?: SoldLine[]
  conversion?: Conversion | null
}

/**
 * The credits of a payment without an invoice. Metadata of the session names all credits, so that its prices grant no
 * more; else that of the intent or charge does.
 */
export function soldWithoutInvoice(
  { creditTerms, sold = [] }: SessionDetails,
  ofIntent: CreditTerms | null,
  offers: Offers,
  paidAt: string,
): Sold[] {
  if (creditTerms) return [named('session', creditTerms)]
  if (ofIntent) return [named('intent', ofIntent)]
  return sold.map(({ priceId, quantity, amount, creditTerms: own }) => ({
    of: priceId,
    terms: own ?? creditTermsAt(offers.get(priceId) ?? [], paidAt),
    quantity: quantity ?? 1,
    isFree: amount === 0,
    periodEnd: null,
  }))
}

const named = (of: string, terms: CreditTerms): Sold => ({ of, terms, quantity: 1, isFree: false, periodEnd: null })

const DAY_MS = 86_400_000

/** The entries of a payment: a grant for each price, and what each refund and dispute takes back of it in proportion. */
export function creditsOfPayment(payment: PaidCredits): CreditEntry[] {
  const { paymentId, userId, paidAt, sold } = payment
  const grants = new Map<string, { amount: number; expiresAt: string | null }>()
  for (const one of sold) {
    const amount = (one.isFree ? one.terms?.trialCredits : one.terms?.credits) ?? 0
    const credits = Math.floor(amount * one.quantity)
    if (credits <= 0) continue
    const before = grants.get(one.of)
    const expiresAt = expiryOf(one, paidAt)
    grants.set(one.of, {
      amount: credits + (before?.amount ?? 0),
      expiresAt: before && (before.expiresAt ?? '9') > (expiresAt ?? '9') ? before.expiresAt : expiresAt,
    })
  }
  return [...grants].flatMap(([of, { amount, expiresAt }]) => {
    const about = `payment:${paymentId}:${of}`
    const place = { about, userId, startsAt: paidAt, expiresAt, paymentId, generationJobId: null }
    const grant: CreditEntry = { ...place, entryKey: about, from: 'granted', to: 'available', amount }
    return [
      grant,
      ...clawbacksOf(amount, payment).map(
        ({ id, amount: taken }): CreditEntry => ({
          ...place,
          entryKey: `clawback:${id}:${about}`,
          from: 'available',
          to: 'revoked',
          amount: taken,
        }),
      ),
    ]
  })
}

function expiryOf({ terms, periodEnd }: Sold, paidAt: string): string | null {
  if (!terms || terms.expires === null) return null
  if (terms.expires === 'period') return periodEnd
  return new Date(Date.parse(paidAt) + terms.expires * DAY_MS).toISOString()
}

/** Together they take the part that went back, rounded down, and all when all of it did. Never more than was granted. */
function clawbacksOf(granted: number, payment: PaidCredits) {
  let back: Part = { of: 0n, whole: 1n }
  return payment.reversals.flatMap(({ id, ...money }) => {
    const before = shareOf(granted, back)
    back = plus(back, partOf(money, payment))
    const now = shareOf(granted, back) - before
    return now > 0 ? [{ id, amount: now }] : []
  })
}

/** A fraction: amounts of two currencies are only comparable as parts of what was paid. */
interface Part {
  of: bigint
  whole: bigint
}

/** All of it where it is not known what was paid in that currency. */
function partOf({ amount, currency }: Money, { paid, paidIn }: PaidCredits): Part {
  const whole = [paid, ...paidIn].find((one) => one.currency === currency)?.amount ?? 0
  return whole > 0 ? { of: BigInt(amount), whole: BigInt(whole) } : { of: 1n, whole: 1n }
}

const plus = (a: Part, b: Part): Part =>
  a.whole === b.whole
    ? { of: a.of + b.of, whole: a.whole }
    : { of: a.of * b.whole + b.of * a.whole, whole: a.whole * b.whole }

const shareOf = (granted: number, { of, whole }: Part): number =>
  of >= whole ? granted : Number((BigInt(granted) * of) / whole)
