import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool } from 'pg'
import type { Delivery } from './delivery.ts'

type Row = Record<string, unknown>

/** What an event became: its row in the inbox, and the rows that stand because of it. */
export interface Trace {
  status: string
  error: string | null
  /** From received to committed. */
  seconds: number | null
  payments: Row[]
  ledgerEntries: Row[]
  subscriptions: Row[]
  generationJobs: Row[]
}

const POLL_MS = 50

/** Waits until the event is through, or `timeoutMs` are over. Null when the inbox has no such event by then. */
export async function follow(
  pool: Pool,
  event: Pick<Delivery, 'provider' | 'id'>,
  timeoutMs = 5_000,
): Promise<Trace | null> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const row = await findEvent(pool, event)
    if (row && row['status'] !== 'received') return traceOf(pool, row)
    if (Date.now() > deadline) return row ? traceOf(pool, row) : null
    await sleep(POLL_MS)
  }
}

async function findEvent(pool: Pool, { provider, id }: Pick<Delivery, 'provider' | 'id'>): Promise<Row | undefined> {
  const { rows } = await pool.query<Row>(
    `SELECT id, status, error, subscription_id, ordering_key,
            extract(epoch FROM processed_at - received_at)::float8 AS seconds
       FROM webhook_events WHERE provider = $1 AND event_id = $2`,
    [provider, id],
  )
  return rows[0]
}

async function traceOf(pool: Pool, event: Row): Promise<Trace> {
  const select = async (sql: string, parameter: unknown) => (await pool.query<Row>(sql, [parameter])).rows
  const payments = await select(
    `SELECT payment_id, status, amount::float8, currency FROM payments WHERE webhook_event_id = $1 ORDER BY payment_id`,
    event['id'],
  )
  return {
    status: String(event['status']),
    error: event['error'] as string | null,
    seconds: event['seconds'] as number | null,
    payments,
    ledgerEntries: await select(
      `SELECT entry_key, account, direction, amount::float8, currency FROM ledger_entries
        WHERE payment_id = ANY($1) ORDER BY id`,
      payments.map((payment) => payment['payment_id']),
    ),
    subscriptions: await select(
      `SELECT stripe_subscription_id, stripe_customer_id, status, is_active, billing_period FROM subscriptions
        WHERE stripe_subscription_id = $1`,
      event['subscription_id'],
    ),
    generationJobs: await select(
      'SELECT id, prediction_id, status, error FROM generation_jobs WHERE prediction_id = $1',
      String(event['ordering_key']).replace(/^replicate:/, ''),
    ),
  }
}

/** The same for a person: a line for each row. */
export function describeTrace(trace: Trace): string[] {
  return [
    `  ${outcome(trace)}`,
    ...trace.payments.map((row) => `  payment       ${row['payment_id']}  ${row['status']}  ${money(row)}`),
    ...trace.ledgerEntries.map((row) => `  ledger        ${row['direction']} ${row['account']}  ${money(row)}`),
    ...trace.subscriptions.map((row) => `  subscription  ${row['stripe_subscription_id']}  ${row['status']}`),
    ...trace.generationJobs.map((row) => `  generation    ${row['prediction_id']}  ${row['status']}`),
  ]
}

function outcome({ status, error, seconds }: Trace): string {
  if (status === 'received') return 'received, still waiting for a worker'
  const time = seconds === null ? '' : ` in ${seconds.toFixed(2)} s`
  return `${status}${time}${error ? `: ${error}` : ''}`
}

/** As the provider counts it: in the currency's smallest unit. */
const money = ({ amount, currency }: Row) => `${amount} ${currency}`
