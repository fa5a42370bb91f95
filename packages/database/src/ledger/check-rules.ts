import type { LedgerEntryFact } from '@sluice/events'
import type { Pool } from 'pg'
import { entriesOf, REVERSALS, type Reversal } from './reversals.ts'

/** A difference between the ledger and the rows that it was derived from. Amounts in the currency's minor unit. */
export interface Finding {
  /** The key of the ledger entry, else the id of the payment or the charge. */
  key: string
  expected: string
  found: string
}

/** Debits equal credits per entry, payment and currency, and every entry belongs to a row that exists. */
export async function checkEntries(pool: Pool, keys: string[]): Promise<Finding[]> {
  const { rows } = await pool.query(
    `SELECT entry_key AS key, payment_id, currency, kind, about,
        coalesce(sum(amount) FILTER (WHERE direction = 'debit'), 0) AS debits,
        coalesce(sum(amount) FILTER (WHERE direction = 'credit'), 0) AS credits,
        EXISTS (SELECT FROM payments p WHERE p.payment_id = entry.payment_id AND p.status = 'succeeded') AS is_paid,
        CASE kind
          WHEN 'payment' THEN about = payment_id
          WHEN 'dispute' THEN EXISTS (SELECT FROM disputes d WHERE d.stripe_dispute_id = about)
          ELSE EXISTS (SELECT FROM refunds r WHERE r.stripe_refund_id = about)
        END AS is_known
      FROM (SELECT *, split_part(entry_key, ':', 1) AS kind, split_part(entry_key, ':', 2) AS about
        FROM ledger_entries WHERE entry_key = ANY ($1)) AS entry
      GROUP BY entry_key, payment_id, currency, kind, about ORDER BY entry_key`,
    [keys],
  )
  return rows.flatMap(({ key, payment_id, currency, kind, about, debits, credits, is_paid, is_known }) => {
    const findings: Finding[] = []
    if (debits !== credits)
      findings.push({
        key,
        expected: `credits of ${debits} ${currency}, as its debits`,
        found: `${credits} ${currency}`,
      })
    if (!is_paid) findings.push({ key, expected: `a payment ${payment_id} that succeeded`, found: 'none' })
    if (!is_known) findings.push({ key, expected: `a ${kind.split('_')[0]} ${about}`, found: 'none' })
    return findings
  })
}

/** Every payment that succeeded is booked in full, and no more than that was refunded. */
export async function checkPayments(pool: Pool, keys: string[]): Promise<Finding[]> {
  const { rows } = await pool.query(
    `SELECT payment_id AS "paymentId", amount::float8 AS amount, currency FROM payments
      WHERE payment_id = ANY ($1) AND status = 'succeeded' AND amount > 0 ORDER BY payment_id`,
    [keys],
  )
  const entries = rows.map(
    (row): LedgerEntryFact => ({
      ...{ kind: 'ledgerEntry', entryKey: `payment:${row.paymentId}`, debit: 'cash', credit: 'revenue' },
      ...row,
    }),
  )
  return [...(await checkBooked(pool, entries)), ...(await checkRefunded(pool, keys))]
}

async function checkRefunded(pool: Pool, keys: string[]): Promise<Finding[]> {
  const { rows } = await pool.query<Finding>(
    `SELECT p.payment_id AS key, 'refunds of at most ' || p.amount || ' ' || p.currency AS expected,
        sum(CASE e.direction WHEN 'debit' THEN e.amount ELSE -e.amount END) || ' ' || e.currency AS found
      FROM payments p JOIN ledger_entries e ON e.payment_id = p.payment_id AND e.account = 'refunds'
      WHERE p.payment_id = ANY ($1) GROUP BY p.payment_id, e.currency
      HAVING sum(CASE e.direction WHEN 'debit' THEN e.amount ELSE -e.amount END)
        > CASE e.currency WHEN p.currency THEN p.amount ELSE 0 END ORDER BY 1`,
    [keys],
  )
  return rows
}

/** Every refund and dispute whose payment is known is booked. */
export async function checkReversals(pool: Pool, keys: string[]): Promise<Finding[]> {
  const { rows } = await pool.query<Reversal>(REVERSALS, [keys])
  const entries = new Map(rows.flatMap(entriesOf).map((entry) => [entry.entryKey, entry]))
  return checkBooked(pool, [...entries.values()])
}

/** Stripe names no larger refunded amount for a charge than its known refunds add up to. */
export async function checkReferences(pool: Pool, keys: string[]): Promise<Finding[]> {
  const { rows } = await pool.query<Finding>(
    `SELECT ref.reference AS key, 'refunds of ' || ref.amount_refunded AS expected, known.amount::text AS found
      FROM payment_references ref, LATERAL (SELECT coalesce(sum(r.amount), 0) AS amount FROM refunds r
        WHERE r.charge_id = ref.reference OR r.payment_intent_id = ref.reference) AS known
      WHERE ref.reference = ANY ($1) AND ref.amount_refunded > known.amount ORDER BY 1`,
    [keys],
  )
  return rows
}

async function checkBooked(pool: Pool, entries: LedgerEntryFact[]): Promise<Finding[]> {
  const { rows } = await pool.query<{ key: string; found: string }>(
    `SELECT entry_key AS key, string_agg(direction || ' ' || account || ' ' || amount || ' ' || currency
        || ' of ' || payment_id, ', ' ORDER BY direction DESC, account) AS found
      FROM ledger_entries WHERE entry_key = ANY ($1) GROUP BY entry_key`,
    [entries.map(({ entryKey }) => entryKey)],
  )
  const foundOf = new Map(rows.map(({ key, found }) => [key, found]))
  return entries.flatMap(({ entryKey: key, debit, credit, amount, currency, paymentId }) => {
    const of = `${amount} ${currency} of ${paymentId}`
    const expected = `debit ${debit} ${of}, credit ${credit} ${of}`
    const found = foundOf.get(key) ?? 'nothing'
    return found === expected ? [] : [{ key, expected, found }]
  })
}
