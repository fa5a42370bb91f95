import type { Pool } from 'pg'
import { z } from 'zod'
import { prismaOf } from '../client.ts'
import type { Checked, Finding } from '../ledger/check/finding.ts'
import { parseRows } from '../sql/rows.ts'
import { creditCorrections, type NewCreditEntry } from './corrections.ts'
import { reservedJobs, settlementsOf } from './settle-reservations.ts'
import { bookedOfPayments, wantedOfPayments } from './wanted-of-payments.ts'

const Sum = z.object({ key: z.string(), debits: z.string(), credits: z.string() })

/** Checks that each entry of credits adds up to zero, and that the reservations of generations that ended are settled. */
export async function checkCreditEntries(pool: Pool, keys: string[]): Promise<Checked> {
  const rows = await prismaOf(pool).$queryRaw`
    SELECT entry_key AS key, coalesce(sum(amount) FILTER (WHERE direction = 'debit'), 0)::text AS debits,
      coalesce(sum(amount) FILTER (WHERE direction = 'credit'), 0)::text AS credits
    FROM credit_entries WHERE entry_key = ANY (${keys}) GROUP BY 1 ORDER BY 1`
  const unequal = parseRows(Sum, rows).filter(({ debits, credits }) => debits !== credits)
  const jobs = keys.flatMap((key) => (key.startsWith(RESERVE) ? key.slice(RESERVE.length) : []))
  const missing = await settlementsOf(pool, await reservedJobs(pool, 'id', jobs))
  return {
    findings: [
      ...unequal.map(({ key, debits, credits }) => ({
        key,
        expected: `credits of ${debits}, as its debits`,
        found: credits,
      })),
      ...missing.map(findingOf),
    ],
    unknown: [],
  }
}

const RESERVE = 'reserve:'

/** Checks that the credits of these payments follow from what they paid for, and from what went back. */
export async function checkCreditsOfPayments(pool: Pool, ids: string[]): Promise<Checked> {
  const [wanted, booked] = [await wantedOfPayments(pool, ids), await bookedOfPayments(pool, ids)]
  return { findings: creditCorrections(wanted, booked).map(findingOf), unknown: [] }
}

function findingOf({ entryKey, corrects, userId, lines }: NewCreditEntry): Finding {
  const moved = lines.map(({ account, amount }) => `${amount > 0 ? '+' : ''}${amount} ${account}`).sort()
  return { key: corrects ?? entryKey, expected: `${moved.join(', ')} credits of ${userId}`, found: 'nothing' }
}
