import type {
  CreditTerms,
  PaymentFact,
  PaymentReferenceFact,
  ReceivedMoney,
  SessionClaim,
  UserLink,
} from '@sluice/events'
import { joinLinks, type Links, linksOf } from './links.ts'
import type { Merge } from './merge-rows.ts'
import { compact, greatest, known, least } from './order.ts'
import { columnsOfOrigin, type Dated, dated, joinOrigins, type Origin, ofOneOrigin, originOf } from './stripe.ts'

export interface ReferenceRegisters extends Origin {
  invoiceId: string | null
  /** The same, where the schedule has found it, and no event. */
  matchedInvoiceId?: string
  session?: Dated<SessionClaim>
  received?: Dated<ReceivedMoney>
  /** The newest credits that metadata named. */
  creditTerms?: Dated<CreditTerms>
  /** The earliest time at which an event said that it was paid, ISO 8601. Missing in rows of older versions. */
  paidAt?: string
  /** All users that sessions, intents and charges named. Missing in rows of older versions. */
  links?: Links
  bookedAs?: string
  succeeded: boolean
  amountRefunded: number
  /** Set while imports alone have said that it was paid. */
  imported?: true | undefined
  /** In rows of older versions: the invoice (`in_…`) or the session (`cs_…`) that it paid. */
  paymentId?: string | null
}

/** Later facts about a payment intent or charge only add information. */
export const paymentReferenceMerge: Merge<PaymentReferenceFact, ReferenceRegisters> = {
  table: 'payment_references',
  key: 'reference',
  types: {
    livemode: 'boolean',
    succeeded: 'boolean',
    amount_refunded: 'bigint',
    unclaimed: 'boolean',
    sells_credits: 'boolean',
  },
  shown: 'payment_id account livemode succeeded amount_refunded unclaimed',
  volatile: 'unclaimed_since webhook_event_id',
  keyOf: ({ reference }) => reference,

  registersOf: ({
    invoiceId = null,
    matchedInvoiceId,
    session,
    received,
    creditTerms,
    bookedAs,
    succeeded = false,
    amountRefunded = 0,
    ...fact
  }) =>
    compact({
      invoiceId,
      matchedInvoiceId,
      session: session && dated(fact, session),
      received: received && dated(fact, received),
      creditTerms: creditTerms && dated(fact, creditTerms),
      paidAt: session?.isPaid || received ? fact.occurredAt.toISOString() : undefined,
      links: linksOf([...(session?.links ?? []), ...(received?.links ?? [])], fact.occurredAt),
      bookedAs,
      succeeded,
      amountRefunded,
      imported: session?.isPaid || received ? fact.imported : undefined,
      ...originOf(fact),
    }),

  join: ofOneOrigin((stored, b) => {
    const a = modern(stored)
    return compact({
      invoiceId: known(a.invoiceId, b.invoiceId) ?? null,
      matchedInvoiceId: known(a.matchedInvoiceId, b.matchedInvoiceId),
      session: greatest(a.session, b.session, ({ second, digest, contents }) => [contents.isPaid, second, digest]),
      received: greatest(a.received, b.received, ({ second, digest, contents }) => [contents.amount, second, digest]),
      creditTerms: greatest(a.creditTerms, b.creditTerms, ({ second, digest }) => [second, digest]),
      paidAt: least(paidAtOf(a), paidAtOf(b), (second) => [second]),
      links: joinLinks(linksOfReference(a), linksOfReference(b)),
      bookedAs: known(a.bookedAs, b.bookedAs),
      succeeded: a.succeeded || b.succeeded,
      amountRefunded: Math.max(a.amountRefunded, b.amountRefunded),
      imported: importedOf(a, b),
      paymentId: known(a.paymentId, b.paymentId),
      ...joinOrigins(a, b),
    })
  }),

  columnsOf: (registers) => {
    const { succeeded, amountRefunded, account, livemode } = registers
    return {
      payment_id: paymentIdOf(registers),
      succeeded,
      amount_refunded: amountRefunded,
      unclaimed: isUnclaimed(registers),
      sells_credits: registers.creditTerms !== undefined,
      email: registers.received?.contents.email ?? null,
      ...columnsOfOrigin({ account, livemode }),
    }
  },
}

/** Only what says that it was paid counts: an event of its refund tells nobody of the payment. */
function importedOf(a: ReferenceRegisters, b: ReferenceRegisters): true | undefined {
  const telling = [a, b].filter((one) => paidAtOf(one) !== undefined)
  return telling.length > 0 && telling.every(({ imported }) => imported) ? true : undefined
}

/** Older versions did not tell invoices from sessions. The payment of such a session is booked already. */
function modern({ paymentId, ...registers }: ReferenceRegisters): ReferenceRegisters {
  if (!paymentId) return registers
  if (paymentId.startsWith('cs_')) return { ...registers, paymentId }
  return { ...registers, invoiceId: known(registers.invoiceId, paymentId) ?? null }
}

/** The earliest time at which an event said that it was paid. Older versions kept that of the latest alone. */
export const paidAtOf = ({ paidAt, session, received }: ReferenceRegisters): string | undefined =>
  paidAt ?? least(session?.contents.isPaid ? session.second : undefined, received?.second, (second) => [second])

/** The users that any session, intent or charge named. Older versions kept those of the latest alone. */
export const linksOfReference = ({ links, session, received }: ReferenceRegisters): Links | undefined =>
  links ?? joinLinks(linksOfClaim(session), linksOfClaim(received))

/** As jsonb keeps it, a link's own time is text. */
const linksOfClaim = (claim: Dated<{ links?: UserLink[] }> | undefined): Links | undefined =>
  claim &&
  linksOf(
    claim.contents.links?.map((link) => ({ ...link, since: new Date(link.since ?? claim.second) })),
    new Date(0),
  )

/**
 * The payment that has the money: that of the invoice, else the one that was booked because nobody had claimed the
 * intent, else that of the session. A session that creates an invoice waits for it.
 */
export function paymentIdOf(registers: ReferenceRegisters): string | null {
  const { invoiceId, bookedAs, session, paymentId } = modern(registers)
  const sessionId = session?.contents.createsInvoice ? undefined : session?.contents.sessionId
  return invoiceId ?? bookedAs ?? sessionId ?? paymentId ?? null
}

/** Whether it has money that belongs to no payment yet. */
const isUnclaimed = (registers: ReferenceRegisters): boolean =>
  paymentIdOf(registers) === null && moneyOf(registers) !== undefined

/**
 * The money that a payment intent or charge received; undefined if none is known. The intent knows the amount, since
 * only a part may be captured, and the session knows the tax.
 */
export function moneyOf({
  received,
  session,
}: ReferenceRegisters): Pick<PaymentFact, 'currency' | 'money' | 'precedence'> | undefined {
  const [said, price] = [received?.contents, session?.contents]
  if (price?.isPaid && said?.currency !== price.currency) return priced(price, price.amountTotal, 0)
  if (!said) return undefined
  const { amount, currency } = said
  if (price?.currency === currency) return priced(price, amount, 1)
  return { currency, money: { amount, external: 0, total: amount, tax: 0 }, precedence: 1 }
}

const priced = ({ currency, amountTotal, amountTax }: SessionClaim, amount: number, precedence: number) => ({
  currency,
  money: { amount, external: 0, total: amountTotal, tax: amountTax },
  precedence,
})
