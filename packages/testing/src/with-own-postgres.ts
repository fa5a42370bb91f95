import { migrate } from '@sluice/database/migrate'
import { startPostgres } from '@sluice/local-stores'
import { asRole } from './cluster.ts'
import { withFolder } from './with-folder.ts'
import type { TestPostgres } from './with-postgres.ts'

export interface OwnPostgres extends TestPostgres {
  /** Ends every connection and the server; what was committed is kept. */
  stop(): Promise<void>
  /** Ends it as a crash does. */
  crash(): Promise<void>
  /** On the same port as before. */
  start(): Promise<void>
}

/** A migrated Postgres server of one's own, for tests in which it goes away. Gone afterwards. */
export function withOwnPostgres<T>(use: (postgres: OwnPostgres) => Promise<T>): Promise<T> {
  return withFolder(async (directory) => {
    const options = { directory, durable: false }
    const { url, stop, crash, port } = await startPostgres(options)
    const start = async () => void (await startPostgres({ ...options, port }))
    try {
      await migrate(url)
      return await use({ url, roleUrl: (role) => asRole(url, role), stop, crash, start })
    } finally {
      await stop()
    }
  })
}
