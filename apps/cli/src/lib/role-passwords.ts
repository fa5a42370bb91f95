import { findForeignOwner, refuseForeign } from '@sluice/database/migrate'
import type { Pool } from 'pg'
import { scramVerifier } from './scram.ts'
import { placementOf, requireSetting, type Settings } from './settings.ts'

const ADDRESSES = {
  ingest: ['ingestDatabaseUrl', 'INGEST_DATABASE_URL'],
  worker: ['workerDatabaseUrl', 'WORKER_DATABASE_URL'],
  board: ['boardDatabaseUrl', 'BOARD_DATABASE_URL'],
  host: ['hostDatabaseUrl', 'HOST_DATABASE_URL'],
} as const

type Addressed = keyof typeof ADDRESSES

/**
 * Sets the password of each role to the one in its process's database URL; that of the host application, if
 * HOST_DATABASE_URL is set. Idempotent; open connections stay open.
 *
 * @param schema of the tables
 * @throws Error that names a variable that is missing, has another role or has no password, or the deployment that the
 * roles belong to
 */
export async function setRolePasswords(pool: Pool, schema: string, settings: Settings): Promise<string[]> {
  const placement = placementOf(settings)
  const roles = (Object.keys(ADDRESSES) as Addressed[]).filter((name) => name !== 'host' || settings.hostDatabaseUrl)
  const passwords = roles.map((name) => {
    const [setting, variable] = ADDRESSES[name]
    const role = placement.rolePrefix + name
    return { role, password: passwordIn(requireSetting(settings, setting), role, variable) }
  })
  const owner = await findForeignOwner(pool, schema, placement)
  if (owner !== undefined) throw refuseForeign(placement, owner)
  for (const { role, password } of passwords)
    await pool.query(`ALTER ROLE "${role}" PASSWORD '${scramVerifier(password)}'`)
  return passwords.map(({ role }) => role)
}

function passwordIn(address: string, role: string, variable: string): string {
  const { username, password } = new URL(address)
  const plain = decodeURIComponent(password)
  if (username === role && /^[\x21-\x7e]+$/.test(plain)) return plain
  throw new Error(
    `${variable} must be postgres://${role}:PASSWORD@…, with a password of ASCII characters without spaces.`,
  )
}
