import type { Pool } from 'pg'
import { z } from 'zod'
import { prismaOf } from '../../client.ts'
import { parseRows } from '../../sql/rows.ts'
import type { Checked, Finding } from './finding.ts'

const Entry = z.object({
  key: z.string(),
  paymentId: z.string(),
  currency: z.string(),
  /** Of the entry that it is, or that it corrects. */
  kind: z.string(),
  about: z.string(),
  debits: z.string(),
  credits: z.string(),
  isPaid: z.boolean(),
  isKnown: z.boolean(),
  /** Whether a correction has reversed all of it: its event turned out to say something else. */
  isReversed: z.boolean(),
})

/**
 * Checks that debits equal credits per entry, payment and currency, and that every entry belongs to an existing row.
 * Only an entry of a payment needs the payment: money may go back for one from before. An entry that is reversed as a
 * whole needs no row.
 */
export async function checkEntries(pool: Pool, keys: string[]): Promise<Checked> {
  const rows = await prismaOf(pool).$queryRaw`
    SELECT entry_key AS key, payment_id AS "paymentId", currency, kind, about,
      coalesce(sum(amount) FILTER (WHERE direction = 'debit'), 0)::text AS debits,
      coalesce(sum(amount) FILTER (WHERE direction = 'credit'), 0)::text AS credits,
      EXISTS (SELECT FROM payments p WHERE p.payment_id = entry.payment_id
        AND (p.status = 'succeeded' OR p.moved_to_payment_id IS NOT NULL)) AS "isPaid",
      CASE
        WHEN kind = 'payment' THEN about = payment_id
        WHEN kind IN ('dispute', 'withdrawn', 'reinstated')
          THEN EXISTS (SELECT FROM disputes d WHERE d.stripe_dispute_id = about)
        WHEN kind IN ('refund', 'refund_failed') THEN EXISTS (SELECT FROM refunds r WHERE r.stripe_refund_id = about)
          OR EXISTS (SELECT FROM credit_notes n WHERE n.stripe_credit_note_id = about)
        ELSE false
      END AS "isKnown",
      NOT EXISTS (SELECT FROM ledger_entries l WHERE l.entry_key = entry.whole OR l.corrects = entry.whole
        GROUP BY l.account, l.currency, l.payment_id
        HAVING sum(CASE l.direction WHEN 'debit' THEN l.amount ELSE -l.amount END) <> 0) AS "isReversed"
    FROM (SELECT *, split_part(base_key, ':', 1) AS kind, split_part(base_key, ':', 2) AS about
      FROM (SELECT *, coalesce(corrects, entry_key) AS whole,
          regexp_replace(coalesce(corrects, entry_key), '^fee:', '') AS base_key
        FROM ledger_entries WHERE entry_key = ANY (${keys})) AS based) AS entry
    GROUP BY entry_key, payment_id, currency, kind, about, whole ORDER BY entry_key`
  return { findings: parseRows(Entry, rows).flatMap(findingsOf), unknown: [] }
}

function findingsOf({ key, paymentId, currency, kind, about, ...entry }: z.infer<typeof Entry>): Finding[] {
  const { debits, credits, isPaid, isKnown, isReversed } = entry
  const findings: Finding[] = []
  if (debits !== credits)
    findings.push({ key, expected: `credits of ${debits} ${currency}, as its debits`, found: `${credits} ${currency}` })
  if (kind === 'payment' && !isPaid && !isReversed)
    findings.push({ key, expected: `a payment ${paymentId} that succeeded`, found: 'none' })
  if (!isKnown && !isReversed) findings.push({ key, expected: `a ${NOUNS[kind] ?? kind} ${about}`, found: 'none' })
  return findings
}

const NOUNS: Record<string, string> = { withdrawn: 'dispute', reinstated: 'dispute', refund_failed: 'refund' }
