import type { Pool } from 'pg'
import { z } from 'zod'
import { queryRows } from './rows.ts'

/** The place of one deployment on a Postgres server. */
export interface Placement {
  /** Schema of all tables and functions: lower-case letters, digits and `_`. */
  schema: string
  /** How the names of its database roles begin. */
  rolePrefix: string
}

export const DEFAULT_PLACEMENT: Placement = { schema: 'sluice', rolePrefix: 'sluice_' }

/** The schema of version 0.1.0, which had no choice. */
export const OLD_SCHEMA = 'public'

/**
 * SQL condition: the tables of this deployment are still in `public`. Its own worker has been granted the claim there, so
 * that the tables of the host or of another deployment are never taken for its own.
 */
export const isInOldSchema = ({ schema, rolePrefix }: Placement): string => `(
  NOT EXISTS (SELECT FROM ${claimIn(schema)})
  AND EXISTS (SELECT FROM ${claimIn(OLD_SCHEMA)} AND EXISTS (
    SELECT FROM aclexplode(p.proacl) a JOIN pg_roles r ON r.oid = a.grantee WHERE r.rolname = '${rolePrefix}worker')))`

const claimIn = (schema: string) => `pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname = '${schema}' AND p.proname = 'process_webhook_event'`

/**
 * Statement that makes unqualified names those of this deployment, whatever the server, database or role says. Where the
 * tables are still in `public`, the session finds them in their new schema as soon as they are moved.
 */
export const useSchema = (placement: Placement): string => `SELECT set_config('search_path',
  CASE WHEN ${isInOldSchema(placement)} THEN '${pathOf(placement)}, ${OLD_SCHEMA}' ELSE '${pathOf(placement)}' END, false)`

/** The value of `search_path` that names one schema. */
export const pathOf = ({ schema }: Pick<Placement, 'schema'>): string => `"${schema}"`

/** SQL expression: the oid of the schema in which the session finds the tables; NULL before the first migration. */
export const TABLES_SCHEMA = `(SELECT c.relnamespace FROM pg_class c WHERE c.oid = to_regclass('webhook_events'))`

/** The schema in which the connections of a pool find the tables; undefined before the first migration. */
export async function schemaOf(pool: Pool): Promise<string | undefined> {
  const text = `SELECT nspname::text AS schema FROM pg_namespace WHERE oid = ${TABLES_SCHEMA}`
  const [row] = await queryRows(pool, z.object({ schema: z.string() }), text)
  return row?.schema
}

/** One line for an operator whose tables are not in the schema that the settings name; undefined if they are. */
export async function adviseMove(pool: Pool, { schema }: Placement): Promise<string | undefined> {
  const actual = await schemaOf(pool)
  if (actual === undefined || actual === schema) return undefined
  return `The tables are in the schema ${actual}, where version 0.1.0 made them. sluice migrate --move moves them to ${schema}.`
}
