import type { Run } from '../measure/run.ts'
import { startPeer } from '../peers/ingest/index.ts'
import type { Writes } from '../peers/worker/writes.ts'
import { appendRows } from '../setup/backlog.ts'
import { numberOf } from '../setup/stores.ts'
import { sums } from '../sums.ts'

const SLICE = 50_000

/**
 * Fills the tables with settled payments, as our worker writes them, and the tables of stripe-sync-engine with as many
 * invoices. Triggers and foreign keys are off meanwhile.
 */
export async function fillTables(run: Run, writes: Writes, rows: number): Promise<void> {
  const { stores, numbers, say } = run
  await stores.empty()
  for (let done = 0; done < rows; done += SLICE) {
    say(`filling the tables: ${done} of ${rows} rows`)
    await fillSlice(run, writes, numbers(Math.min(SLICE, rows - done)), Math.min(SLICE, rows - done))
  }
  await fillInvoices(run, rows)
  say('analyzing')
  await stores.pool.query('VACUUM (ANALYZE)')
  await stores.pool.query('CHECKPOINT')
}

async function fillSlice({ stores }: Run, writes: Writes, number: number, count: number): Promise<void> {
  const { first } = await appendRows(stores, number, count)
  const ids = `BETWEEN ${first} AND ${first + count - 1}`
  const client = await stores.pool.connect()
  try {
    await client.query('BEGIN')
    await client.query('SET LOCAL session_replication_role = replica')
    for (const statement of writes.statements)
      await client.query(statement(`SELECT right(event_id, 10) AS k, id AS e FROM webhook_events WHERE id ${ids}`))
    await client.query(`UPDATE webhook_events SET status = 'processed', processed_at = now() WHERE id ${ids}`)
    await client.query(`UPDATE outbox_messages SET status = 'done', done_at = now() WHERE status = 'pending'`)
    await client.query('COMMIT')
  } finally {
    client.release()
  }
}

/** Copies the row that it writes for one event. */
async function fillInvoices({ stores, cores, generator, numbers, check }: Run, rows: number): Promise<void> {
  const { server } = await startPeer('stripe-sync-engine', stores, cores.measured)
  await generator.send({ ports: [server.port], first: numbers(1), count: 1, connections: 1 })
  await server.stop()
  await stores.pool.query(
    `INSERT INTO stripe.invoices SELECT copy.* FROM stripe.invoices AS one, generate_series(2, $1::int) AS n,
      jsonb_populate_record(one, jsonb_build_object('id', 'in_copy_' || n)) AS copy`,
    [rows],
  )
  const invoices = await numberOf(stores, 'SELECT count(*) FROM stripe.invoices')
  const payments = await numberOf(stores, 'SELECT count(*) FROM payments')
  check(sums('filled', { payments: rows, invoices: rows }, { payments, invoices }))
}
