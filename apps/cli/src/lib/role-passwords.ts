import type { Pool } from 'pg'
import { scramVerifier } from './scram.ts'
import { requireSetting, type Settings } from './settings.ts'

const ROLES = {
  sluice_ingest: ['ingestDatabaseUrl', 'INGEST_DATABASE_URL'],
  sluice_worker: ['workerDatabaseUrl', 'WORKER_DATABASE_URL'],
  sluice_board: ['boardDatabaseUrl', 'BOARD_DATABASE_URL'],
} as const

/**
 * Sets the password of each role to the one in its process's database URL. Idempotent; open connections stay open.
 * @throws Error that names a variable that is missing, has another role or has no password.
 */
export async function setRolePasswords(pool: Pool, settings: Settings): Promise<string[]> {
  const statements = Object.entries(ROLES).map(([role, [setting, variable]]) => {
    const password = passwordIn(requireSetting(settings, setting), role, variable)
    return `ALTER ROLE ${role} PASSWORD '${scramVerifier(password)}'`
  })
  for (const statement of statements) await pool.query(statement)
  return Object.keys(ROLES)
}

function passwordIn(address: string, role: string, variable: string): string {
  const { username, password } = new URL(address)
  const plain = decodeURIComponent(password)
  if (username === role && /^[\x21-\x7e]+$/.test(plain)) return plain
  throw new Error(
    `${variable} must be postgres://${role}:PASSWORD@…, with a password of ASCII characters without spaces.`,
  )
}
