import type { LedgerEntryFact } from '@sluice/events'
import type { Pool } from 'pg'
import { z } from 'zod'
import { prismaOf } from '../client.ts'
import type { PaymentRegisters } from '../merges/payment.ts'
import { parseRows, queryRows, registers } from '../sql/rows.ts'
import { entryOfPayment } from './payments.ts'
import { entriesOf, REVERSALS, Reversal } from './reversals.ts'

const Finding = z.object({
  /** The key of the ledger entry, or the id of the payment or charge. */
  key: z.string(),
  expected: z.string(),
  found: z.string(),
})

/** A difference between the ledger and the rows that it was derived from. Amounts in the currency's minor unit. */
export type Finding = z.infer<typeof Finding>

const Entry = z.object({
  key: z.string(),
  paymentId: z.string(),
  currency: z.string(),
  kind: z.string(),
  about: z.string(),
  debits: z.string(),
  credits: z.string(),
  isPaid: z.boolean(),
  isKnown: z.boolean(),
})

/**
 * Checks that debits equal credits per entry, payment and currency, and that every entry belongs to an existing row.
 */
export async function checkEntries(pool: Pool, keys: string[]): Promise<Finding[]> {
  const rows = await prismaOf(pool).$queryRaw`
    SELECT entry_key AS key, payment_id AS "paymentId", currency, kind, about,
      coalesce(sum(amount) FILTER (WHERE direction = 'debit'), 0)::text AS debits,
      coalesce(sum(amount) FILTER (WHERE direction = 'credit'), 0)::text AS credits,
      EXISTS (SELECT FROM payments p WHERE p.payment_id = entry.payment_id
        AND (p.status = 'succeeded' OR p.moved_to_payment_id IS NOT NULL)) AS "isPaid",
      CASE kind
        WHEN 'payment' THEN about = payment_id
        WHEN 'dispute' THEN EXISTS (SELECT FROM disputes d WHERE d.stripe_dispute_id = about)
        ELSE EXISTS (SELECT FROM refunds r WHERE r.stripe_refund_id = about)
      END AS "isKnown"
    FROM (SELECT *, split_part(coalesce(corrects, entry_key), ':', 1) AS kind,
        split_part(coalesce(corrects, entry_key), ':', 2) AS about
      FROM ledger_entries WHERE entry_key = ANY (${keys})) AS entry
    GROUP BY entry_key, payment_id, currency, kind, about ORDER BY entry_key`
  return parseRows(Entry, rows).flatMap(findingsOf)
}

function findingsOf({ key, paymentId, currency, kind, about, ...entry }: z.infer<typeof Entry>): Finding[] {
  const { debits, credits, isPaid, isKnown } = entry
  const findings: Finding[] = []
  if (debits !== credits)
    findings.push({ key, expected: `credits of ${debits} ${currency}, as its debits`, found: `${credits} ${currency}` })
  if (!isPaid) findings.push({ key, expected: `a payment ${paymentId} that succeeded`, found: 'none' })
  if (!isKnown) findings.push({ key, expected: `a ${kind.split('_')[0]} ${about}`, found: 'none' })
  return findings
}

const PaidRow = z.object({ payment_id: z.string(), registers: registers<PaymentRegisters>() })

/** Checks that every payment is booked in full, and once, and that refunds do not exceed it. */
export async function checkPayments(pool: Pool, keys: string[]): Promise<Finding[]> {
  const rows = await queryRows(
    pool,
    PaidRow,
    `SELECT payment_id, registers FROM payments WHERE payment_id = ANY ($1)
      AND (status = 'succeeded' OR moved_to_payment_id IS NOT NULL) ORDER BY payment_id`,
    [keys],
  )
  const entries = rows.map((row) => entryOfPayment(row.payment_id, row.registers))
  return [...(await checkBooked(pool, entries)), ...(await checkRefunded(pool, keys))]
}

async function checkRefunded(pool: Pool, keys: string[]): Promise<Finding[]> {
  const rows = await prismaOf(pool).$queryRaw`
    SELECT p.payment_id AS key, 'refunds of at most ' || p.amount || ' ' || p.currency AS expected,
      sum(CASE e.direction WHEN 'debit' THEN e.amount ELSE -e.amount END) || ' ' || e.currency AS found
    FROM payments p JOIN ledger_entries e ON e.payment_id = p.payment_id AND e.account = 'refunds'
    WHERE p.payment_id = ANY (${keys}) GROUP BY p.payment_id, e.currency
    HAVING sum(CASE e.direction WHEN 'debit' THEN e.amount ELSE -e.amount END)
      > CASE e.currency WHEN p.currency THEN p.amount ELSE 0 END ORDER BY 1`
  return parseRows(Finding, rows)
}

/** Checks that every refund and dispute whose payment is known is booked. */
export async function checkReversals(pool: Pool, keys: string[]): Promise<Finding[]> {
  const rows = await queryRows(pool, Reversal, REVERSALS, [keys])
  const entries = new Map(rows.flatMap(entriesOf).map((entry) => [entry.entryKey, entry]))
  return checkBooked(pool, [...entries.values()])
}

/** Checks that the refunded amount that Stripe reports for a charge does not exceed the sum of its recorded refunds. */
export async function checkReferences(pool: Pool, keys: string[]): Promise<Finding[]> {
  const rows = await prismaOf(pool).$queryRaw`
    SELECT ref.reference AS key, 'refunds of ' || ref.amount_refunded AS expected, known.amount::text AS found
    FROM payment_references ref, LATERAL (SELECT coalesce(sum(r.amount), 0) AS amount FROM refunds r
      WHERE r.charge_id = ref.reference OR r.payment_intent_id = ref.reference) AS known
    WHERE ref.reference = ANY (${keys}) AND ref.amount_refunded > known.amount ORDER BY 1`
  return parseRows(Finding, rows)
}

/** Compares each entry with what is booked under its key, corrections included. */
async function checkBooked(pool: Pool, entries: LedgerEntryFact[]): Promise<Finding[]> {
  const keys = entries.map(({ entryKey }) => entryKey)
  const rows = await prismaOf(pool).ledgerEntry.findMany({
    where: { OR: [{ entryKey: { in: keys } }, { corrects: { in: keys } }] },
  })
  const sumsOf = new Map<string, Map<string, bigint>>()
  for (const { entryKey, corrects, direction, account, amount, currency, paymentId } of rows) {
    const sums = sumsOf.get(corrects ?? entryKey) ?? new Map<string, bigint>()
    const line = JSON.stringify([account, currency, paymentId])
    sums.set(line, (sums.get(line) ?? 0n) + (direction === 'debit' ? amount : -amount))
    sumsOf.set(corrects ?? entryKey, sums)
  }
  return entries.flatMap(({ entryKey: key, lines, currency, paymentId }) => {
    const expected = textOf(lines.map((line) => ({ ...line, currency, paymentId })))
    const found = textOf([...(sumsOf.get(key) ?? [])].map(lineOf).filter(({ amount }) => amount > 0n))
    return found === expected ? [] : [{ key, expected, found }]
  })
}

interface BookedLine {
  direction: string
  account: string
  amount: bigint | number
  currency: string
  paymentId: string
}

function lineOf([line, sum]: [string, bigint]): BookedLine & { amount: bigint } {
  const [account, currency, paymentId] = JSON.parse(line) as [string, string, string]
  return { direction: sum > 0n ? 'debit' : 'credit', account, amount: sum > 0n ? sum : -sum, currency, paymentId }
}

/** Debits first. */
const textOf = (lines: BookedLine[]): string =>
  lines
    .toSorted((a, b) => (`${b.direction} ${a.account}` < `${a.direction} ${b.account}` ? -1 : 1))
    .map(
      ({ direction, account, amount, currency, paymentId }) =>
        `${direction} ${account} ${amount} ${currency} of ${paymentId}`,
    )
    .join(', ') || 'nothing'
