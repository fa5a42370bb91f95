import type { AddressInfo } from 'node:net'
import { createDeliveryLog, createInbox, type DeliveryLog } from '@sluice/database/append'
import { connect } from '@sluice/database/pool'
import { createEventSigner, createProducer } from '@sluice/queue'
import { createLogger } from '@sluice/runtime/logger'
import {
  eventually,
  type OwnPostgres,
  type TestPostgres,
  type TestRedis,
  withOwnPostgres,
  withPostgres,
  withRedis,
} from '@sluice/testing'
import type { Settings } from '../src/context.ts'
import { createServer, type IngestServer } from '../src/server.ts'

export const SECRETS = {
  stripe: 'whsec_c3RyaXBlIG9mIHRoZSB0ZXN0cw',
  replicate: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
}

export const SETTINGS: Settings = {
  production: true,
  hasOpsPort: false,
  secrets: { stripe: [SECRETS.stripe], replicate: [SECRETS.replicate] },
  toleranceSeconds: 300,
  rateLimitPerMinute: 0,
  rateLimitScope: 'rejected',
  trustProxy: 0,
  allowedAddresses: {},
}

export interface Sent {
  method?: string
  body?: string | Buffer
  headers?: Record<string, string>
}

export interface Answer {
  status: number
  headers: Headers
  body: unknown
  milliseconds: number
}

export interface TestIngest<P extends TestPostgres = TestPostgres> {
  port: number
  server: IngestServer
  deliveries: DeliveryLog
  postgres: P
  redis: TestRedis
  send(path: string, request?: Sent): Promise<Answer>
  /** The rows of the inbox, oldest first. */
  rows(): Promise<{ provider: string; event_id: string; type: string; raw_body: Buffer }[]>
  /** As the owner, who may do anything. */
  execute(sql: string): Promise<void>
  /** The rows of a statement, as the owner. */
  select(sql: string): Promise<Record<string, unknown>[]>
  /** Runs `use` while nobody can write to the inbox, as in a Postgres that is stuck. */
  whileStuck<T>(use: () => Promise<T>): Promise<T>
  /** How many jobs wait for the worker. */
  jobs(): Promise<number>
}

/** An ingest server in this process, on stores of its own, with the rights it has in production. */
export const withIngest = <T>(changes: Partial<Settings>, use: (ingest: TestIngest) => Promise<T>): Promise<T> =>
  withPostgres((postgres) => serve(postgres, changes, use))

/** The same with a Postgres that can be stopped. */
export const withFragileIngest = <T>(use: (ingest: TestIngest<OwnPostgres>) => Promise<T>): Promise<T> =>
  withOwnPostgres((postgres) => serve(postgres, {}, use))

const serve = <P extends TestPostgres, T>(
  postgres: P,
  changes: Partial<Settings>,
  use: (ingest: TestIngest<P>) => Promise<T>,
) =>
  withRedis(async (redis) => {
    const pool = connect(postgres.roleUrl('sluice_ingest'), { deadlineMs: 1000 })
    const owner = connect(postgres.url, { max: 1 })
    const producer = createProducer(redis.url)
    const logger = createLogger('ingest', 'error')
    logger.silent = true
    const settings = { ...SETTINGS, ...changes }
    const signer = createEventSigner(Object.values(settings.secrets).flat())
    const deliveries = createDeliveryLog(pool, () => {})
    const server = createServer({
      inbox: createInbox(pool),
      deliveries,
      producer,
      signer,
      logger,
      settings,
      verified: () => {},
    })
    await new Promise<void>((resolve) => server.http.listen(0, resolve))
    if (server.ops) await new Promise<void>((resolve) => server.ops?.listen(0, resolve))
    const { port } = server.http.address() as AddressInfo
    try {
      await eventually(() => producer.probe())
      return await use({
        port,
        server,
        deliveries,
        postgres,
        redis,
        send: (path, request) => send(`http://127.0.0.1:${port}${path}`, request),
        rows: async () =>
          (await owner.query('select provider, event_id, type, raw_body from webhook_events order by id')).rows,
        execute: async (sql) => void (await owner.query(sql)),
        select: async (sql) => (await owner.query(sql)).rows,
        whileStuck: async (use) => {
          await owner.query('begin; lock table webhook_events in exclusive mode')
          try {
            return await use()
          } finally {
            await owner.query('rollback')
          }
        },
        jobs: async () => (await producer.counts())['webhook-events']?.['waiting'] ?? 0,
      })
    } finally {
      await server.stop(0)
      await deliveries.flush()
      await Promise.allSettled([pool.end(), owner.end(), producer.close()])
    }
  })

async function send(url: string, { method = 'POST', body: sent, headers }: Sent = {}): Promise<Answer> {
  const started = Date.now()
  const response = await fetch(url, {
    method,
    headers,
    redirect: 'manual',
    body: sent && new Uint8Array(Buffer.from(sent)),
  })
  const text = await response.text()
  const body = response.headers.get('content-type')?.startsWith('application/json') ? JSON.parse(text) : text
  return { status: response.status, headers: response.headers, body, milliseconds: Date.now() - started }
}
