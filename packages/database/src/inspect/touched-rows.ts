import type { Pool } from 'pg'
import { z } from 'zod'
import { queryRows } from '../sql/rows.ts'
import { TABLES, type Table } from '../tables.ts'

/** A row that an event touched, as it is now. Columns that identify a person or grant access are left out. */
export interface TouchedRow {
  table: string
  key: string
  /** Null if the row is gone, or if none of its columns may be shown. */
  values: Record<string, unknown> | null
}

const Row = z.object({ key: z.string(), values: z.record(z.string(), z.unknown()) })

/** The rows that an event touched. @param touched `table/key`, as in `webhook_events.touched` */
export async function readTouchedRows(pool: Pool, touched: readonly string[]): Promise<TouchedRow[]> {
  const rows: TouchedRow[] = []
  for (const [name, keys] of byTable(touched)) {
    const found = new Map<string, Record<string, unknown>>()
    const text = queryOf(name)
    if (text) for (const { key, values } of await queryRows(pool, Row, text, [keys])) found.set(key, values)
    rows.push(...keys.map((key) => ({ table: name, key, values: found.get(key) ?? null })))
  }
  return rows
}

function byTable(touched: readonly string[]): Map<string, string[]> {
  const tables = new Map<string, string[]>()
  for (const one of touched) {
    const slash = one.indexOf('/')
    const [name, key] = [one.slice(0, slash), one.slice(slash + 1)]
    tables.set(name, [...(tables.get(name) ?? []), key])
  }
  return tables
}

function queryOf(name: string): string | null {
  const table = TABLES[name]
  const [key] = table?.key ?? []
  if (!table || key === undefined || table.shown.size === 0) return null
  // Files go by the prediction of their output.
  if (name === 'variants') return FILES
  return `SELECT ${key}::text AS key, ${valuesOf(table)} AS values FROM ${name} WHERE ${key} = ANY ($1)`
}

const valuesOf = ({ shown }: Table): string =>
  `jsonb_build_object(${[...shown].map((column) => `'${column}', ${column}`).join(', ')})`

const FILES = `SELECT j.prediction_id AS key, jsonb_object_agg(v.pointer, v.status) AS values
  FROM generation_jobs j JOIN renders r ON r.generation_job_id = j.id JOIN variants v ON v.render_id = r.id
  WHERE j.prediction_id = ANY ($1) GROUP BY j.prediction_id`

/** The keys of the touched rows of one table. */
export const keysIn = (touched: readonly string[], table: string): string[] => byTable(touched).get(table) ?? []
