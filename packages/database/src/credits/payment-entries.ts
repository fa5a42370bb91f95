import type { CreditTerms, InvoiceLine, SoldLine } from '@sluice/events'
import { creditTermsAt, type DatedOffer } from '../merges/price.ts'
import type { CreditEntry } from './entries.ts'

/** A payment with what it paid for. */
export interface PaidCredits {
  paymentId: string
  userId: string
  /** ISO 8601. */
  paidAt: string
  /** In the currency's minor unit. */
  paid: number
  sold: Sold[]
  /** Amounts that went back, each more than 0, in an order that depends on nothing but their set. */
  reversals: { id: string; amount: number }[]
}

/** One thing that was paid for. */
export interface Sold {
  /** A price, or `session` for what the metadata of a session names. */
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

/** The metadata of a session names all its credits, so that its prices grant no more. */
export function soldBySession(
  { creditTerms, sold = [] }: { creditTerms?: CreditTerms; sold?: SoldLine[] },
  offers: Offers,
  paidAt: string,
): Sold[] {
  if (creditTerms) return [{ of: 'session', terms: creditTerms, quantity: 1, isFree: false, periodEnd: null }]
  return sold.map(({ priceId, quantity, amount, creditTerms: own }) => ({
    of: priceId,
    terms: own ?? creditTermsAt(offers.get(priceId) ?? [], paidAt),
    quantity: quantity ?? 1,
    isFree: amount === 0,
    periodEnd: null,
  }))
}

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

/** Together they take the part that went back, rounded down, and all when all of it did. */
function clawbacksOf(granted: number, { paid, reversals }: PaidCredits) {
  const taken = (back: number) =>
    back >= paid ? granted : Number((BigInt(granted) * BigInt(back)) / BigInt(Math.max(1, paid)))
  let back = 0
  return reversals.flatMap(({ id, amount }) => {
    const before = taken(back)
    back += amount
    const now = taken(back) - before
    return now > 0 ? [{ id, amount: now }] : []
  })
}
