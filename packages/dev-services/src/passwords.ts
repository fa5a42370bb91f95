import { createHash, randomBytes } from 'node:crypto'
import { open, readFile, rename } from 'node:fs/promises'
import type { Account } from './run.ts'

/** The users of the processes, in Postgres and in Redis. */
export const USERS = ['sluice_ingest', 'sluice_worker', 'sluice_board'] as const

export type User = (typeof USERS)[number]

/** Those of Postgres: the last one is for the host application. */
export const POSTGRES_USERS = [...USERS, 'sluice_host'] as const

export type PostgresUser = (typeof POSTGRES_USERS)[number]

export const randomPassword = (): string => randomBytes(24).toString('hex')

/** The password of a user: it follows from the owner's, from which alone it can be made. */
export const passwordOf = (user: string, ownerPassword: string): string =>
  createHash('sha256').update(`${user} ${ownerPassword}`).digest('hex')

/** The password in a file; empty without one. */
export const readPassword = async (file: string): Promise<string> =>
  (await readFile(file, 'utf8').catch(() => '')).trim()

/**
 * Replaces a file that the account alone can read. The text is complete or the file is the old one, and no link that
 * lies in its place is followed.
 */
export async function writePrivate(file: string, text: string, account: Account | null = null): Promise<void> {
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  const handle = await open(draft, 'wx', 0o600)
  try {
    await handle.writeFile(text)
    if (account) await handle.chown(account.uid, account.gid)
  } finally {
    await handle.close()
  }
  await rename(draft, file)
}
