import { type Account, run } from './run.ts'

/** Account to run Postgres as: it refuses root, so `postgres`, else `nobody`. Null: the current user. */
export async function postgresAccount(): Promise<Account | null> {
  if (process.getuid?.() !== 0) return null
  const account = (await accountOf('postgres')) ?? (await accountOf('nobody'))
  if (account) return account
  throw new Error(
    'PostgreSQL cannot run as root and there is no user postgres or nobody: run as an ordinary user, or set DATABASE_URL.',
  )
}

async function accountOf(user: string): Promise<Account | null> {
  const [uid, gid] = await Promise.all([run('id', ['-u', user]), run('id', ['-g', user])])
  if (uid.exitCode !== 0 || gid.exitCode !== 0) return null
  return { uid: Number(uid.output), gid: Number(gid.output) }
}
