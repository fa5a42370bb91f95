import type { Pool } from 'pg'
import { scramVerifier } from './scram.ts'
import { placementOf, requireSetting, type Settings } from './settings.ts'

const ADDRESSES = {
  ingest: ['ingestDatabaseUrl', 'INGEST_DATABASE_URL'],
  worker: ['workerDatabaseUrl', 'WORKER_DATABASE_URL'],
  board: ['boardDatabaseUrl', 'BOARD_DATABASE_URL'],
} as const

/**
 * Sets the password of each role to the one in its process's database URL. Idempotent; open connections stay open.
 * @throws Error that names a variable that is missing, has another role or has no password.
 */
export async function setRolePasswords(pool: Pool, settings: Settings): Promise<string[]> {
  const { rolePrefix } = placementOf(settings)
  const passwords = Object.entries(ADDRESSES).map(([name, [setting, variable]]) => {
    const role = rolePrefix + name
    return { role, password: passwordIn(requireSetting(settings, setting), role, variable) }
  })
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
