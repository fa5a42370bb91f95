import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { readDeployment } from '@sluice/doctor'
import { createConsumer, QUEUES } from '@sluice/queue'
import { REPOSITORY, type TestPostgres, withPostgres, withRedis } from '@sluice/testing'
import { withSmtp, withStripe } from '@sluice/testing/stand-ins'
import { Redis } from 'ioredis'
import pg from 'pg'
import { examine } from '../../src/doctor/examine.ts'
import { readSettings } from '../../src/lib/settings.ts'

export type Env = Record<string, string>

export interface Healthy {
  env: Env
  postgres: TestPostgres
  /** Takes events until it is stopped. */
  worker: { stop(): Promise<void> }
  /** Gives our endpoint at Stripe other fields. */
  endpoint(fields: object): void
  /** Sets the answer of Prometheus. */
  prometheus: { url: string; answers: Record<string, unknown> }
}

export const RULE = {
  name: 'WebhookBacklog',
  query: 'webhook_queue_oldest_age_seconds > 60',
  health: 'ok',
  state: 'inactive',
}

/** A production with everything as it should be. */
export const withHealthy = (use: (healthy: Healthy) => Promise<void>): Promise<void> =>
  withPostgres((postgres) =>
    withRedis((redis) =>
      withWorker(redis.url, (worker) =>
        withStripe((stripe) =>
          withSmtp((smtp) =>
            withPrometheus(async (prometheus) => {
              const endpoint = (fields: object) => stripe.put({ ...ENDPOINT, ...fields })
              endpoint({})
              const env = { ...environmentOf(postgres, redis.url), SMTP_URL: smtp.url, ...stripe.env }
              await configure(env, { maxmemory: '512mb' })
              return use({ env, postgres, worker, endpoint, prometheus })
            }),
          ),
        ),
      ),
    ),
  )

const environmentOf = (postgres: TestPostgres, redisUrl: string): Env => ({
  NODE_ENV: 'production',
  DATABASE_URL: postgres.url,
  INGEST_DATABASE_URL: postgres.roleUrl('sluice_ingest'),
  WORKER_DATABASE_URL: postgres.roleUrl('sluice_worker'),
  BOARD_DATABASE_URL: postgres.roleUrl('sluice_board'),
  REDIS_URL: redisUrl,
  STRIPE_WEBHOOK_SECRET: 'whsec_of_the_test_of_doctor',
  REPLICATE_WEBHOOK_SECRET: 'whsec_b2YgdGhlIHRlc3Qgb2YgdGhlIGRvY3Rvcg==',
  BOARD_PASSWORD: 'a long password',
  LIVEMODE: 'false',
  TRUST_PROXY: '1',
  ASSET_STORE: 'file:documents',
})

/** A worker as the queue sees it: a consumer of its jobs. */
async function withWorker(redisUrl: string, use: (worker: Healthy['worker']) => Promise<void>): Promise<void> {
  const options = { concurrency: 1, backoffFirstMs: 1_000, backoffMaxMs: 1_000 }
  const { worker, disconnect } = createConsumer(redisUrl, QUEUES.events, async () => {}, options)
  worker.on('error', () => {})
  void worker.run()
  await worker.waitUntilReady()
  const stop = async () => {
    await worker.close()
    disconnect()
  }
  try {
    await use({ stop })
  } finally {
    await stop()
  }
}

const ENDPOINT = {
  id: 'we_1',
  object: 'webhook_endpoint',
  url: 'https://hooks.example.com/webhooks/stripe',
  status: 'enabled',
  enabled_events: typesOfGuide(),
}

/** Checks that the production checklist names. */
export function linesOfChecklist(): string[] {
  const readme = readFileSync(join(REPOSITORY, 'docker/README.md'), 'utf8')
  const [checklist = ''] = readme.split('## Production checklist\n')[1]?.split('\n## ') ?? []
  const cells = [...checklist.matchAll(/\| ([^|]+) \|$/gm)].map(([, cell = '']) => cell.replace(/\(.*\)/, ''))
  const lines = cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, line = '']) => line))
  return lines.filter((line) => !['doctor', 'smoke'].includes(line))
}

/** The endpoint that the guide sets up in Stripe. */
export function typesOfGuide(): string[] {
  const guide = readFileSync(join(REPOSITORY, 'packages/handlers/README.md'), 'utf8')
  return guide.split('```text\n')[1]?.split('\n```')[0]?.split('\n') ?? []
}

/** The answers of Prometheus about its rules and its alert managers: https://prometheus.io/docs/prometheus/latest/querying/api/ */
async function withPrometheus<T>(use: (prometheus: Healthy['prometheus']) => Promise<T>): Promise<T> {
  const answers: Record<string, unknown> = {
    rules: { groups: [{ rules: [RULE] }] },
    alertmanagers: { activeAlertmanagers: [{ url: 'http://alertmanager:9093/api/v2/alerts' }] },
  }
  const server = createServer(({ url = '' }, response) => {
    const [, name = ''] = /^\/api\/v1\/(\w+)/.exec(url) ?? []
    response.end(JSON.stringify({ status: 'success', data: answers[name] }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    return await use({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, answers })
  } finally {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
}

export async function failuresOf(env: Env, prometheus?: string): Promise<Record<string, string>> {
  const findings = await examine(readSettings(env, '/nowhere'), readDeployment(env), prometheus)
  return Object.fromEntries(
    findings.filter(({ verdict }) => verdict === 'failed').map(({ check, says }) => [check, says]),
  )
}

export async function findingsOf(env: Env) {
  const findings = await examine(readSettings(env, '/nowhere'), readDeployment(env))
  return Object.fromEntries(findings.map((finding) => [finding.check, finding]))
}

export async function configure(env: Env, settings: Record<string, string>): Promise<void> {
  const redis = new Redis(env['REDIS_URL'] as string)
  for (const [name, value] of Object.entries(settings)) await redis.config('SET', name, value)
  redis.disconnect()
}

export async function query(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(sql).finally(() => client.end())
}
