import type { Pool, PoolClient } from 'pg'
import { z } from 'zod'

/** The rows of a statement, each checked: a column that is missing or of another type throws here, and is named. */
export const parseRows = <T extends z.ZodType>(row: T, rows: unknown): z.output<T>[] => z.array(row).parse(rows)

/** Registers, which our own merges wrote as jsonb: an object, whose fields are not checked again. */
export const registers = <R extends object>() =>
  z.custom<R>((value) => typeof value === 'object' && value !== null, 'registers are no object')

/** Runs a statement over pg, for what is hot or shares a transaction with what is; `parseRows` checks its rows. */
export async function queryRows<T extends z.ZodType>(
  client: Pool | PoolClient,
  row: T,
  text: string,
  values: unknown[] = [],
): Promise<z.output<T>[]> {
  const { rows } = await client.query(text, values)
  return parseRows(row, rows)
}
