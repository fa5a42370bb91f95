import type { Stores } from './stores.ts'

/** The one number that a query gives. */
export async function numberOf({ pool }: Stores, sql: string, parameters: unknown[] = []): Promise<number> {
  const { rows } = await pool.query<Record<string, string>>(sql, parameters)
  return Number(Object.values(rows[0] ?? {})[0])
}
