import type { Pool } from 'pg'
import { z } from 'zod'
import { queryRows } from './rows.ts'

export interface Deployment {
  /** Made by a migration, once in each database, and copied with it. */
  id: string
  /** The name of the database, with its own id and that of its server. A copy of the database has another place. */
  place: string
}

const Id = z.object({ id: z.string() })
const Place = z.object({ place: z.string() })

/** The deployment that this database belongs to. @throws when Postgres does not answer, or a migration is missing. */
export async function readDeployment(pool: Pool): Promise<Deployment> {
  const [{ id } = { id: '' }] = await queryRows(pool, Id, 'SELECT sluice_deployment_id()::text AS id')
  const [{ place } = { place: '' }] = await queryRows(
    pool,
    Place,
    `SELECT datname || '@' || oid AS place FROM pg_database WHERE datname = current_database()`,
  )
  return { id, place: `${place}${await serverOf(pool)}` }
}

/** Differs between servers, and is the same on a replica. Empty where the role may not read it. */
async function serverOf(pool: Pool): Promise<string> {
  const text = `SELECT '.' || system_identifier AS place FROM pg_control_system()`
  const [row] = await queryRows(pool, Place, text).catch(emptyIfForbidden)
  return row?.place ?? ''
}

function emptyIfForbidden(error: unknown): [] {
  if ((error as { code?: unknown }).code === '42501') return []
  throw error
}
