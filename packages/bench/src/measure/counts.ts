import { eventually } from '@sluice/testing'
import type { Stores } from '../setup/stores.ts'

/** Rows so far. */
export interface Counts extends Record<string, number> {
  recorded: number
  processed: number
  payments: number
}

export async function countsOf({ pool }: Stores): Promise<Counts> {
  const { rows } = await pool.query<Counts>(
    `SELECT count(*)::int AS recorded, (count(*) FILTER (WHERE status = 'processed'))::int AS processed,
      (SELECT count(*)::int FROM payments) AS payments FROM webhook_events`,
  )
  return rows[0] as Counts
}

/** Each count less the one before. */
export const growth = <Of extends Record<string, number>>(after: Of, before: Of): Of =>
  Object.fromEntries(Object.entries(after).map(([name, count]) => [name, count - (before[name] ?? 0)])) as Of

/** Waits until none of a kind is left; in vain after two minutes and a fifth of a second for each that there was. */
export async function noneLeft(what: string, count: number, left: () => Promise<number>): Promise<void> {
  await eventually(
    async () => {
      const now = await left()
      if (now > 0) throw new Error(`${now} ${what} are left`)
    },
    120_000 + 200 * count,
  )
}
