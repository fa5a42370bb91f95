import { randomUUID } from 'node:crypto'
import type { Pool } from 'pg'
import { inTransaction } from './transaction.ts'

/** How often a row is written and rolled back. In between, a statement that writes no row must be accepted. */
const WRITE_EVERY_MS = 10_000

/** Refused by a read-only server or role, by a standby, without grants and without the table. Leaves nothing. */
const NOTHING = `INSERT INTO webhook_events (provider, event_id, type, ordering_key)
  SELECT 'probe', '', 'probe', 'probe' WHERE false`

const ROW = `INSERT INTO webhook_events (provider, event_id, type, ordering_key) VALUES ('probe', $1, 'probe', 'probe')`

/**
 * A check that rejects unless the inbox takes rows from the connected role. It leaves no row: the one that it writes now
 * and then, because only a row meets a full disk, is rolled back.
 */
export function createWriteCheck(pool: Pool): () => Promise<void> {
  let wroteAt = Number.NEGATIVE_INFINITY
  return async () => {
    if (performance.now() - wroteAt < WRITE_EVERY_MS) {
      await pool.query(NOTHING)
      return
    }
    await writeAndRollBack(pool)
    wroteAt = performance.now()
  }
}

const WRITTEN = new Error('the row was written')

/** Throws inside the transaction, because that rolls it back. */
async function writeAndRollBack(pool: Pool): Promise<void> {
  const work = async (client: { query(text: string, values: string[]): Promise<unknown> }) => {
    await client.query(ROW, [randomUUID()])
    throw WRITTEN
  }
  await inTransaction(pool, work).catch((error: unknown) => {
    if (error !== WRITTEN) throw error
  })
}
