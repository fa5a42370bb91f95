import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { createConsumer, openQueues, QUEUES } from '@sluice/queue'
import { REPOSITORY, type TestPostgres, withPostgres, withRedis } from '@sluice/testing'
import { withS3, withSmtp, withStripe } from '@sluice/testing/stand-ins'
import { Redis } from 'ioredis'
import pg from 'pg'
import { checkAssetStore } from '../src/doctor/asset-store.ts'
import { readDeployment } from '../src/doctor/deployment.ts'
import { examine } from '../src/doctor/examine.ts'
import { readSettings } from '../src/lib/settings.ts'
import { sluice } from './sluice.ts'

type Env = Record<string, string>

interface Healthy {
  env: Env
  postgres: TestPostgres
  /** Takes events until it is stopped. */
  worker: { stop(): Promise<void> }
  /** Gives our endpoint at Stripe other fields. */
  endpoint(fields: object): void
  /** Sets the answer of Prometheus. */
  prometheus: { url: string; answers: Record<string, unknown> }
}

/** Settings that break one thing, the name of that finding, and its text. */
const BROKEN_SETTINGS: [name: string, env: Env, check: string, says: RegExp][] = [
  ['the API key as signing secret', { STRIPE_WEBHOOK_SECRET: 'sk_live_x' }, 'STRIPE_WEBHOOK_SECRET', /whsec_ and/],
  ['a short password', { BOARD_PASSWORD: 'short' }, 'BOARD_PASSWORD', /12 characters/],
  ['no mode', { LIVEMODE: '' }, 'LIVEMODE', /test events are recorded/],
  ['live mode with a test key', { LIVEMODE: 'true' }, 'LIVEMODE', /not a live mode key/],
  ['no proxy told', { TRUST_PROXY: '' }, 'TRUST_PROXY', /Set the number/],
  ['a key that Stripe refuses', { STRIPE_API_KEY: 'sk_test_other' }, 'Stripe endpoint', /STRIPE_API_KEY right/],
  ['no mail server', { SMTP_URL: 'smtp://user:secret@127.0.0.1:1' }, 'SMTP_URL', /^ECONNREFUSED/],
  ['a file where documents go', { ASSET_STORE: 'file:/dev/null/x' }, 'ASSET_STORE', /^ENOTDIR/],
  ['no Postgres', { DATABASE_URL: 'postgres://a:secret@127.0.0.1:1/x' }, 'Postgres', /^ECONNREFUSED.*running/],
  ['no role', { WORKER_DATABASE_URL: '' }, 'sluice_worker', /WORKER_DATABASE_URL is not set/],
  ['no Redis', { REDIS_URL: 'redis://127.0.0.1:1' }, 'Redis', /running/],
  ['a queue for trying out', { REDIS_URL: 'postgres://127.0.0.1:1/x' }, 'Redis', /for trials/],
]

describe('sluice doctor', () => {
  const before = process.env['NODE_ENV']
  beforeEach(() => {
    process.env['NODE_ENV'] = 'production'
  })
  afterEach(() => {
    process.env['NODE_ENV'] = before
  })

  test('finds nothing wrong where nothing is', () =>
    withHealthy(async ({ env, prometheus }) => {
      const { exitCode, output } = await sluice(['doctor', '--prometheus', prometheus.url], env)

      expect(output).not.toMatch(/^[✗!–]/m)
      expect(output.split('\n').filter((line) => line.startsWith('✓')).length).toBeGreaterThan(15)
      expect(linesOfChecklist().length).toBeGreaterThan(12)
      for (const line of linesOfChecklist()) expect(output).toContain(`✓ ${line} `)
      expect(exitCode).toBe(0)
    }))

  test('names the one setting that is broken, tells what to do, and no secret', () =>
    withHealthy(async ({ env }) => {
      for (const [name, broken, check, says] of BROKEN_SETTINGS) {
        const failures = await failuresOf({ ...env, ...broken })
        expect([name, failures]).toEqual([name, { [check]: expect.stringMatching(says) }])
        expect(JSON.stringify(failures)).not.toMatch(/secret@|sk_live_x|sk_test_other/)
      }
    }))

  test('names what is broken in the stores: rights, migrations, what Redis may forget', () =>
    withHealthy(async ({ env, postgres: { url } }) => {
      expect(await failuresOf({ ...env, INGEST_DATABASE_URL: url })).toEqual({
        sluice_ingest: expect.stringContaining('owner of the tables'),
      })
      expect(await failuresOf({ ...env, INGEST_DATABASE_URL: env['BOARD_DATABASE_URL'] as string })).toEqual({
        sluice_ingest: 'INGEST_DATABASE_URL logs in as sluice_board: use sluice_ingest.',
      })

      await query(url, 'GRANT SELECT (raw_body) ON webhook_events TO sluice_ingest')
      await query(url, 'REVOKE SELECT ON users FROM sluice_board')
      await query(url, 'DELETE FROM _prisma_migrations')
      await configure(env, { 'maxmemory-policy': 'allkeys-lru', appendonly: 'no', appendfsync: 'no' })
      expect(await failuresOf(env)).toEqual({
        sluice_ingest: expect.stringContaining('SELECT webhook_events.raw_body'),
        sluice_board: expect.stringContaining('SELECT users'),
        Migrations: expect.stringContaining('run sluice migrate'),
        Eviction: expect.stringContaining('noeviction'),
        'Append-only file': expect.stringContaining('appendonly is no'),
        'Append-only sync': expect.stringContaining('appendfsync is no'),
      })
    }))

  test('names the one migration that is missing', () =>
    withHealthy(async ({ env, postgres: { url } }) => {
      await query(url, `DELETE FROM _prisma_migrations WHERE migration_name LIKE '%billing%'`)
      expect(await failuresOf(env)).toEqual({ Migrations: expect.stringMatching(/^\S*billing\S* not applied: run/) })
    }))

  test('tells that nobody takes events: the queue is paused, or there is no worker', () =>
    withHealthy(async ({ env, worker }) => {
      const { queues, close } = await openQueues(env['REDIS_URL'] as string)
      try {
        const [events] = queues
        await events?.pause()
        expect(await failuresOf(env)).toEqual({ Workers: expect.stringContaining('webhook-events is paused') })
        await events?.resume()
      } finally {
        await close()
      }
      await worker.stop()
      expect(await failuresOf(env)).toEqual({ Workers: expect.stringContaining('start one') })
    }))

  test('names what is broken at Stripe and at Prometheus', () =>
    withHealthy(async ({ env, endpoint, prometheus: { url, answers } }) => {
      const said = () => failuresOf(env, url)
      endpoint({ status: 'disabled' })
      answers['alertmanagers'] = { activeAlertmanagers: [] }
      expect(await said()).toEqual({
        'Stripe endpoint': expect.stringContaining('enable it in Stripe'),
        Alerts: expect.stringContaining('alerts are not delivered'),
      })

      endpoint({ enabled_events: typesOfGuide().filter((type) => type !== 'invoice.overdue') })
      const findings = await examine(readSettings(env, '/nowhere'), readDeployment(env))
      expect(findings.filter(({ verdict }) => verdict === 'found')).toEqual([
        { check: 'Stripe endpoint', verdict: 'found', says: 'It does not send invoice.overdue: add them there.' },
      ])

      endpoint({ url: 'https://app.example.com/elsewhere' })
      answers['rules'] = { groups: [] }
      expect(await said()).toEqual({
        'Stripe endpoint': expect.stringContaining('no endpoint whose path is /webhooks/stripe'),
        Alerts: expect.stringContaining('load docker/prometheus/alerts.yml'),
      })
    }))

  test('looks at a bucket as a stranger does', () =>
    withS3(async ({ env, failWith, stop }) => {
      const said = async () => (await checkAssetStore(readDeployment(env)))[0]
      expect(await said()).toMatchObject({ verdict: 'good' })
      failWith({ status: 503 })
      expect(await said()).toMatchObject({ verdict: 'failed', says: expect.stringContaining('S3 answers 503') })
      await stop()
      expect(await said()).toMatchObject({ verdict: 'failed', says: expect.stringContaining('S3_ENDPOINT') })
    }))

  test('answers 3 when all works and somebody should look', () =>
    withHealthy(async ({ env, endpoint, postgres, prometheus: { url, answers } }) => {
      endpoint({ enabled_events: ['invoice.paid'] })
      answers['rules'] = { groups: [{ rules: [{ ...RULE, state: 'firing' }] }] }
      await query(
        postgres.url,
        `INSERT INTO webhook_dead_letters (provider, event_id, type, error, fingerprint, attempts) VALUES ('stripe', 'evt_1', 'x', 'y', 'z', 8)`,
      )
      await query(postgres.url, `INSERT INTO generation_jobs (id, prediction_id) VALUES ('job_1', 'p1')`)
      await query(postgres.url, `UPDATE generation_jobs SET poll_after = now() - '1 hour'::interval`)
      await query(postgres.url, `INSERT INTO customers (stripe_customer_id, account) VALUES ('cus_1', 'acct_1')`)
      await query(
        postgres.url,
        `INSERT INTO outbox_messages (effect_key, kind, payload, status, error, done_at) VALUES
          ('1', 'receipt', '{}', 'skipped', 'no e-mail address', now()),
          ('2', 'invoice', '{}', 'skipped', 'no e-mail address', now()),
          ('3', 'receipt', '{}', 'skipped', 'no e-mail address', now()),
          ('4', 'receipt', '{}', 'skipped', 'switched off', now()),
          ('5', 'payment.reminder', '{}', 'skipped', 'obsolete: the invoice is paid', now()),
          ('6', 'payment.reminder', '{}', 'skipped', 'obsolete: the invoice is void', now()),
          ('7', 'receipt', '{}', 'skipped', 'too old', now() - '25 h'::interval)`,
      )
      const { exitCode, output } = await sluice(['doctor', '--prometheus', url], { ...env, SMTP_URL: '' })
      expect(output).not.toMatch(/^[✗–]/m)
      expect(output).toMatch(
        /^! Skipped effects +3 in the last day, no e-mail address \(receipt 2, invoice 1\)\. .*at Stripe/m,
      )
      expect(output).toMatch(/^✓ Skipped effects +1 in the last day, switched off \(receipt 1\)\. EMAILS/m)
      expect(output).toMatch(/^✓ Skipped effects +2 in the last day, obsolete \(payment\.reminder 2\)/m)
      expect(output).not.toContain('too old')
      expect(output).toMatch(/^! Stripe endpoint .* does not send checkout\.session\.completed, .* and \d+ more/m)
      expect(output).toMatch(/^! Dead letters .*1 open/m)
      expect(output).toMatch(/^! Predictions .*1 overdue/m)
      expect(output).toMatch(/^! STRIPE_ACCOUNTS .*connected accounts are recorded but give no access/m)
      expect(output).toMatch(/^! SMTP_URL .*not delivered/m)
      expect(output).toMatch(/^! Alerts .*WebhookBacklog/m)
      expect(exitCode).toBe(3)
    }))

  test('names every dead letter with its cause, and says what waits for what and since when', () =>
    withHealthy(async ({ env, postgres }) => {
      await query(
        postgres.url,
        `INSERT INTO outbox_messages (effect_key, kind, payload, status, attempts, error, waiting_since, available_at) VALUES
            ('receipt:pay_1', 'receipt', '{}', 'failed', 8, 'smtp_550: refused', NULL, now()),
            ('receipt:pay_2', 'receipt', '{}', 'pending', 0, 'access_denied: EAUTH', now(), now() - '3 h'::interval);
          INSERT INTO webhook_events (provider, event_id, type, ordering_key, attempts, waiting_for, waiting_at, received_at) VALUES
            ('stripe', 'evt_1', 'x', 'k1', 0, 'lock', now(), now() - '10 min'::interval),
            ('stripe', 'evt_2', 'x', 'k2', 0, NULL, NULL, now());
          INSERT INTO webhook_dead_letters (provider, event_id, type, error, fingerprint, attempts, outbox_message_id, failed_at)
            SELECT 'stripe', 'evt_9', 'receipt', error, 'f1', 8, id, now() + '1 s'::interval FROM outbox_messages WHERE status = 'failed';
          INSERT INTO webhook_dead_letters (provider, event_id, type, error, fingerprint, attempts)
            SELECT 'stripe', 'evt_dead_' || n, 'invoice.paid', 'handler_threw: TypeError', 'f2', 8
            FROM generate_series(1, 60) n`,
      )
      const { exitCode, output } = await sluice(['doctor'], env)
      expect(output).toMatch(/^! Dead letters +61 open/m)
      expect(output).toMatch(/^! Dead letter +stripe evt_dead_60 \(invoice\.paid\): handler_threw: TypeError$/m)
      expect(output).toMatch(/^! Dead letter +effect receipt:pay_1 of stripe evt_9 \(receipt\): smtp_550: refused$/m)
      expect(output).toMatch(/^! Dead letter +and 11 older ones$/m)
      expect(output).toMatch(/^! Waiting events +1, lock, the oldest for 10 min\. Another session/m)
      expect(output).toMatch(/^✓ Waiting events +1, queue, the oldest for \d+ s$/m)
      expect(output).toMatch(/^! Waiting effects +1 receipt, access_denied, the oldest for 3 h\. The login/m)
      expect(exitCode).toBe(3)
    }))

  test('finds stores that answer but refuse writes, and says why', () =>
    withHealthy(async ({ env, postgres, worker }) => {
      await worker.stop()
      const redis = new Redis(env['REDIS_URL'] as string)
      await redis.call('REPLICAOF', '127.0.0.1', '1')
      const name = new URL(postgres.url).pathname.slice(1)
      await query(postgres.url, `ALTER DATABASE ${name} SET default_transaction_read_only = on`)
      try {
        const readOnly = expect.stringMatching(/^Refused with 25006: .*primary/)
        expect(await failuresOf(env)).toEqual({
          'Postgres writes': readOnly,
          sluice_ingest: readOnly,
          sluice_worker: readOnly,
          'Redis writes': expect.stringMatching(/^Refused with READONLY: .*primary/),
        })
      } finally {
        await redis.call('REPLICAOF', 'NO', 'ONE')
        redis.disconnect()
      }
    }))

  test('warns of snapshots that stop the writes of Redis', () =>
    withHealthy(async ({ env }) => {
      await configure(env, { save: '60 10000' })
      expect(await failuresOf(env)).toEqual({
        Snapshots: expect.stringContaining('save is 60 10000'),
        'Failed snapshots': expect.stringContaining('stop-writes-on-bgsave-error is yes: set it to no'),
      })
      await configure(env, { save: '', maxmemory: '0' })
      expect(await failuresOf(env)).toEqual({})
      expect((await findingsOf(env))['Redis memory']).toMatchObject({
        verdict: 'found',
        says: expect.stringContaining('set it to half'),
      })
      expect((await findingsOf({ ...env, NODE_ENV: 'development' }))['Redis memory']?.verdict).toBe('good')
    }))

  test('says which settings of Redis it could not see', () =>
    withHealthy(async ({ env }) => {
      const redis = new Redis(env['REDIS_URL'] as string)
      await redis.acl('SETUSER', 'managed', 'on', '>managed', '~*', '&*', '+@all', '-config')
      redis.disconnect()
      const url = new URL(env['REDIS_URL'] as string)
      Object.assign(url, { username: 'managed', password: 'managed' })
      const findings = await findingsOf({ ...env, REDIS_URL: url.href })
      const unseen = ['Append-only file', 'Append-only sync', 'Snapshots', 'Failed snapshots']
      for (const check of unseen)
        expect(findings[check]).toEqual({
          check,
          verdict: 'skipped',
          says: expect.stringContaining('CONFIG is not allowed'),
        })
      for (const check of ['Eviction', 'Redis memory']) expect(findings[check]?.verdict).toBe('good')
    }))

  test.each(['STRIPE', 'REPLICATE'])('is content with a deployment that uses only %s', (used) =>
    withHealthy(async ({ env, prometheus }) => {
      const unused: Env =
        used === 'STRIPE'
          ? { REPLICATE_WEBHOOK_SECRET: '' }
          : { STRIPE_WEBHOOK_SECRET: '', STRIPE_API_KEY: '', LIVEMODE: '' }
      const { exitCode, output } = await sluice(['doctor', '--prometheus', prometheus.url], { ...env, ...unused })
      expect(output).not.toMatch(/^[✗!]/m)
      expect(exitCode).toBe(0)
    }),
  )

  test('lists problems first, and what it did not look at last', async () => {
    const { output } = await sluice(['doctor'], { NODE_ENV: 'production', SMTP_URL: '', LIVEMODE: 'false' })
    const marks = output
      .trim()
      .split('\n')
      .map((line) => line[0])
    expect(new Set(marks)).toEqual(new Set(['✗', '!', '✓', '–']))
    expect(marks).toEqual(['✗', '!', '✓', '–'].flatMap((mark) => marks.filter((one) => one === mark)))
  })

  test('says what it did not look at', async () => {
    const { output } = await sluice(['doctor'], { NODE_ENV: 'production' })
    expect(output).toMatch(/^– Stripe endpoint .*STRIPE_API_KEY/m)
    expect(output).toMatch(/^– Alerts .*--prometheus/m)
    expect(output).toMatch(/^– ASSET_STORE /m)
  })
})

const RULE = { name: 'WebhookBacklog', query: 'webhook_queue_oldest_age_seconds > 60', health: 'ok', state: 'inactive' }

/** A production with everything as it should be. */
const withHealthy = (use: (healthy: Healthy) => Promise<void>): Promise<void> =>
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
function linesOfChecklist(): string[] {
  const readme = readFileSync(join(REPOSITORY, 'docker/README.md'), 'utf8')
  const [checklist = ''] = readme.split('## Production checklist\n')[1]?.split('\n## ') ?? []
  const cells = [...checklist.matchAll(/\| ([^|]+) \|$/gm)].map(([, cell = '']) => cell.replace(/\(.*\)/, ''))
  const lines = cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, line = '']) => line))
  return lines.filter((line) => !['doctor', 'smoke'].includes(line))
}

/** The endpoint that the guide sets up in Stripe. */
function typesOfGuide(): string[] {
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

async function failuresOf(env: Env, prometheus?: string): Promise<Record<string, string>> {
  const findings = await examine(readSettings(env, '/nowhere'), readDeployment(env), prometheus)
  return Object.fromEntries(
    findings.filter(({ verdict }) => verdict === 'failed').map(({ check, says }) => [check, says]),
  )
}

async function findingsOf(env: Env) {
  const findings = await examine(readSettings(env, '/nowhere'), readDeployment(env))
  return Object.fromEntries(findings.map((finding) => [finding.check, finding]))
}

async function configure(env: Env, settings: Record<string, string>): Promise<void> {
  const redis = new Redis(env['REDIS_URL'] as string)
  for (const [name, value] of Object.entries(settings)) await redis.config('SET', name, value)
  redis.disconnect()
}

async function query(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(sql).finally(() => client.end())
}
