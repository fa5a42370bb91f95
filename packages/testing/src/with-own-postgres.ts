import { spawnSync } from 'node:child_process'
import { migrate } from '@sluice/database/migrate'
import { startPostgres } from '@sluice/dev-services'
import { asRole } from './cluster.ts'
import { withFolder } from './with-folder.ts'
import type { TestPostgres } from './with-postgres.ts'

export interface OwnPostgres extends TestPostgres {
  /** Ends every connection and the server; what was committed is kept. */
  stop(): Promise<void>
  /** Kills it. */
  crash(): Promise<void>
  /** On the same port as before. */
  start(): Promise<void>
  /** It accepts connections and answers nothing, until `thaw`. */
  freeze(): void
  thaw(): void
}

/**
 * A migrated Postgres server for one test, which may stop it. Deleted afterwards.
 *
 * @param durable whether commits survive `crash`, which is slower
 */
export function withOwnPostgres<T>(use: (postgres: OwnPostgres) => Promise<T>, durable = false): Promise<T> {
  return withFolder(async (directory) => {
    const options = { directory, durable }
    const { url, stop, crash, port, pid } = await startPostgres(options)
    let server = pid
    const start = async () => {
      server = (await startPostgres({ ...options, port })).pid
    }
    const freeze = () => signalTree(server, 'SIGSTOP')
    const thaw = () => signalTree(server, 'SIGCONT')
    try {
      await migrate(url)
      return await use({ url, roleUrl: (role) => asRole(url, role), stop, crash, start, freeze, thaw })
    } finally {
      thaw()
      await stop()
    }
  })
}

/** Signals the server first, so that it starts no further process, then the process of every connection. */
function signalTree(server: number, signal: NodeJS.Signals): void {
  for (const pid of [server, ...childrenOf(server)]) {
    try {
      process.kill(pid, signal)
    } catch {
      // It is gone already.
    }
  }
}

function childrenOf(parent: number): number[] {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
  const rows = stdout.split('\n').map((line) => line.trim().split(/\s+/).map(Number))
  return rows.flatMap(([pid, ppid]) => (pid && ppid === parent ? [pid] : []))
}
