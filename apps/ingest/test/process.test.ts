import { expect, test } from '@jest/globals'
import { entryOf, eventually, startApp, startProcess, withPostgres, withRedis } from '@sluice/testing'
import { raw } from './raw.ts'
import { changed, fromStripe, stripeEvent } from './requests.ts'
import { SECRETS } from './with-ingest.ts'

test('the built app serves, logs, counts, tells nothing and stops with 0', () =>
  withPostgres((postgres) =>
    withRedis(async (redis) => {
      const env = {
        NODE_ENV: 'production',
        INGEST_DATABASE_URL: postgres.roleUrl('sluice_ingest'),
        REDIS_URL: redis.url,
        STRIPE_WEBHOOK_SECRET: SECRETS.stripe,
      }
      const app = await startApp('ingest', { env })
      try {
        const post = async ({ body, headers }: ReturnType<typeof fromStripe>) =>
          (await fetch(`${app.url}/webhooks/stripe`, { method: 'POST', body: String(body), headers })).status
        const given = fromStripe(stripeEvent({ id: 'evt_seen', note: 'jane@example.com' }))
        expect([await post(given), await post(given)]).toEqual([200, 200])
        expect(await post(changed(given, { 'stripe-signature': 't=1,v1=0' }))).toBe(400)

        const metrics = await (await fetch(`${app.url}/metrics`)).text()
        for (const outcome of ['accepted', 'duplicate', 'too_old']) {
          expect(metrics).toContain(`webhook_requests_total{provider="stripe",outcome="${outcome}"} 1`)
        }
        await raw(app.port, ['garbage\r\n\r\n'])
        expect(await app.kill('SIGTERM')).toBe(0)

        const lines = app
          .output()
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line))
        expect(lines).toContainEqual(
          expect.objectContaining({
            message: 'Webhook received',
            provider: 'stripe',
            eventId: 'evt_seen',
            type: 'customer.subscription.updated',
            outcome: 'accepted',
            durationMs: expect.any(Number),
          }),
        )
        expect(lines).toContainEqual(expect.objectContaining({ message: 'Webhook duplicate', eventId: 'evt_seen' }))
        expect(lines).toContainEqual(
          expect.objectContaining({ message: 'Signature verification failed', provider: 'stripe', reason: 'too_old' }),
        )
        expect(app.output()).not.toMatch(/jane|whsec_|cus_1/)
        expect(lines.map(({ message }) => message)).not.toContain('Database role has more rights than it needs')
      } finally {
        await app.kill()
      }
    }),
  ))

test('a role that may do more than append is warned of in production', () =>
  withPostgres(({ url }) =>
    withRedis(async (redis) => {
      const env = {
        NODE_ENV: 'production',
        DATABASE_URL: url,
        REDIS_URL: redis.url,
        STRIPE_WEBHOOK_SECRET: SECRETS.stripe,
      }
      const app = await startApp('ingest', { env })
      try {
        await eventually(() => expect(app.output()).toContain('Database role has more rights than it needs'))
      } finally {
        await app.kill()
      }
    }),
  ))

test('outside production it starts without a secret, says what that means for each provider, and stops with 0', () =>
  withPostgres(({ url }) =>
    withRedis(async (redis) => {
      const app = await startApp('ingest', { env: { DATABASE_URL: url, REDIS_URL: redis.url } })
      try {
        await eventually(() => expect(app.output()).toContain('"message":"Unsigned requests are accepted"'))
        const warnings = app
          .output()
          .split('\n')
          .filter((line) => line.includes('"warn"'))
          .map((line) => JSON.parse(line))
        expect(warnings.map(({ provider, message }) => [provider, message])).toEqual([
          ['replicate', 'Unsigned requests are accepted'],
          ['stripe', 'Webhooks are not configured'],
        ])
        expect(await app.kill('SIGTERM')).toBe(0)
      } finally {
        await app.kill()
      }
    }),
  ))

test('a secret that no provider makes is warned of outside production and refused in it, and never printed', () =>
  withPostgres(({ url }) =>
    withRedis(async (redis) => {
      const env = { DATABASE_URL: url, REDIS_URL: redis.url, STRIPE_WEBHOOK_SECRET: 'whsec_hunter2' }
      const app = await startApp('ingest', { env })
      try {
        await eventually(() => expect(app.output()).toContain('Signing secret is too short for production'))
        expect(app.output()).not.toContain('hunter2')
      } finally {
        await app.kill()
      }
      const { exited, output } = startProcess(entryOf('ingest'), [], { env: { ...env, NODE_ENV: 'production' } })
      expect(await exited).toBe(1)
      expect(output()).toBe(
        'STRIPE_WEBHOOK_SECRET must be the signing secret that the provider shows (whsec_ and at least 16 more characters), several comma-separated\n',
      )
    }),
  ))

test('a wrong environment is one line per variable, and the end', async () => {
  const { exited, output } = startProcess(entryOf('ingest'), [], {
    env: { NODE_ENV: 'staging', REDIS_URL: 'localhost' },
  })
  expect(await exited).toBe(1)
  expect(output()).toBe(
    [
      'NODE_ENV must be development, production or test',
      'INGEST_DATABASE_URL (or DATABASE_URL) must be the address of a Postgres, postgres://…',
      'REDIS_URL must be the address of a Redis, redis://…, or of a Cluster, redis+cluster://host:port,host:port\n',
    ].join('\n'),
  )
})
