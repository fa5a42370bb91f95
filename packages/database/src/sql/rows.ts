import type { Pool, PoolClient } from 'pg'
import { z } from 'zod'

/** Validates the rows of a statement. The error names a missing or mistyped column. */
export const parseRows = <T extends z.ZodType>(row: T, rows: unknown): z.output<T>[] => z.array(row).parse(rows)

/** Validates only that registers are an object. Our own merges wrote their fields. */
export const registers = <R extends object>() =>
  z.custom<R>((value) => typeof value === 'object' && value !== null, 'registers are no object')

/**
 * Runs a statement over pg and validates its rows. For hot paths, and for statements in the same transaction as a hot
 * path.
 */
export async function queryRows<T extends z.ZodType>(
  client: Pool | PoolClient,
  row: T,
  text: string,
  values: unknown[] = [],
): Promise<z.output<T>[]> {
  const { rows } = await client.query(text, values)
  return parseRows(row, rows)
}
