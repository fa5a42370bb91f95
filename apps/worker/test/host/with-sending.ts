import { connect, type Pool } from '@sluice/database/pool'
import { createLogger, throttledLogger } from '@sluice/runtime/logger'
import { withPostgres } from '@sluice/testing'
import { type Delivery, startDelivery } from '../../src/host/deliver.ts'
import { endpointOf } from '../../src/host/endpoint.ts'

const logger = createLogger('test', 'error')
const SECRET = 'whsec_dGhlIHNlY3JldCBvZiB0aGUgaG9zdCBhcHBsaWNhdGlvbg=='

export interface Sending {
  pool: Pool
  query<T = Record<string, unknown>>(text: string, values?: unknown[]): Promise<T[]>
  /** Starts sending to these hosts, as one worker does. */
  send(...urls: string[]): Delivery[]
  /** Ends a delivery, as a worker that dies: what the host has acknowledged by then is not recorded. */
  crash(delivery: Delivery): Promise<void>
  /** Whether the effects are paused. Default: false. */
  pause(isPaused: boolean): void
  /** Writes messages about customers of their own, in this order. */
  write(count: number): Promise<void>
}

export const withSending = (use: (sending: Sending) => Promise<void>) =>
  withPostgres(async ({ url, roleUrl }) => {
    const owner = connect(url, { max: 2 })
    const pool = connect(roleUrl('sluice_worker'))
    const started: Delivery[] = []
    const crashed = new Set<Pool>()
    const pools = new Map<Delivery, Pool>()
    let isPaused = false
    const query: Sending['query'] = async (text, values) => (await owner.query(text, values)).rows
    try {
      await use({
        pool: owner,
        query,
        pause: (next) => {
          isPaused = next
        },
        send: (...urls) => {
          const endpoints = urls.map((one) => endpointOf(new URL(one)))
          const ofWorker = withCrashes(pool, crashed)
          const tools = {
            ...{ pool: ofWorker, logger, throttledLog: throttledLogger(logger), secrets: [SECRET], timeoutMs: 1_000 },
            ...{ backoffFirstMs: 10, backoffMaxMs: 20, noteDeadLetter: async () => {} },
            endpoints: () => endpoints.map(({ key }) => key),
            isPaused: () => isPaused,
          }
          const deliveries = endpoints.map((endpoint) => startDelivery(endpoint, tools))
          started.push(...deliveries)
          for (const delivery of deliveries) pools.set(delivery, ofWorker)
          return deliveries
        },
        crash: async (delivery) => {
          crashed.add(pools.get(delivery) as Pool)
          await delivery.stop()
          await owner.query('UPDATE host_endpoints SET leader = NULL')
        },
        write: async (count) => {
          await query(
            `INSERT INTO customers (stripe_customer_id, user_id) SELECT 'cus_' || n, 'user_1' FROM generate_series(1, $1) AS n
              ON CONFLICT DO NOTHING`,
            [count],
          )
          await query(
            `INSERT INTO outbox_messages (effect_key, kind, payload, available_at, sweep_after)
              SELECT 'customer.linked:cus_' || n, 'host.message',
                jsonb_build_object('type', 'customer.linked', 'subject', 'cus_' || n),
                now() - '1 min'::interval + n * '1 ms'::interval, now() + '1 day'::interval
              FROM generate_series(1, $1) AS n`,
            [count],
          )
        },
      })
    } finally {
      await Promise.all(started.map((delivery) => delivery.stop()))
      await Promise.all([owner.end(), pool.end()])
    }
  })

/** A connection that fails once the worker has crashed. */
function withCrashes(pool: Pool, crashed: ReadonlySet<Pool>): Pool {
  const own: Pool = Object.create(pool, {
    query: {
      value: (...query: Parameters<Pool['query']>) =>
        crashed.has(own) ? Promise.reject(new Error('crashed')) : pool.query(...query),
    },
  })
  return own
}
