import { setTimeout as sleep } from 'node:timers/promises'
import { SluiceError } from '@sluice/events'
import type { Pool } from 'pg'
import { z } from 'zod'
import { queryRows } from '../sql/rows.ts'

/** Longer than any commit: an event that is committed alone has 24 s. */
const WAIT_MS_MAX = 60_000
const LOOK_MS = 50

/** A transaction that began before does not end. */
export class OpenTransactionError extends SluiceError {
  override readonly name = 'OpenTransactionError'

  constructor(pid: number) {
    super(
      'open_transaction',
      `a transaction of process ${pid} of Postgres reads the tables and does not end: try again later`,
    )
  }
}

const Holder = z.object({ transaction: z.string(), pid: z.number() })

/**
 * Waits until all transactions have ended that may have begun before the last commit to `forgotten_keys`. Every commit
 * reads that table in its first statement, and keeps its lock on it to the end. Postgres takes the lock before the
 * statement's snapshot, so a transaction that is not among the holders now will see the new keys.
 */
export async function waitForCommits(pool: Pool): Promise<void> {
  const before = await holders(pool)
  const deadline = performance.now() + WAIT_MS_MAX
  for (let open = before; open.length > 0; ) {
    if (performance.now() > deadline) throw new OpenTransactionError(open[0]?.pid ?? 0)
    await sleep(LOOK_MS)
    const now = new Set((await holders(pool)).map(({ transaction }) => transaction))
    open = open.filter(({ transaction }) => now.has(transaction))
  }
}

const holders = (pool: Pool) =>
  queryRows(
    pool,
    Holder,
    `SELECT virtualtransaction AS transaction, pid FROM pg_locks
      WHERE locktype = 'relation' AND relation = 'forgotten_keys'::regclass AND pid <> pg_backend_pid()
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  )
