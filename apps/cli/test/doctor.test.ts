import { describe, expect, test } from '@jest/globals'
import { type TestPostgres, withPostgres, withRedis } from '@sluice/testing'
import pg from 'pg'
import type { Finding } from '../src/doctor/finding.ts'
import { jsonOf, sluice } from './sluice.ts'

describe('sluice doctor', () => {
  test('finds nothing wrong where nothing is', () =>
    withHealthy(async (env) => {
      const { exitCode, output } = await sluice(['doctor'], env)

      expect(output).not.toMatch(/^[✗!]/m)
      expect(output).toContain('✓ sluice_ingest')
      expect(exitCode).toBe(0)
    }))

  test('fails when a process may do more, or less, than its role is granted', () =>
    withHealthy(async (env, { url }) => {
      const tooMuch = await failuresOf({ ...env, INGEST_DATABASE_URL: url })
      expect(tooMuch).toEqual({ sluice_ingest: expect.stringContaining('owner of the tables') })

      await query(url, 'GRANT SELECT (raw_body) ON webhook_events TO sluice_ingest')
      await query(url, 'REVOKE SELECT ON users FROM sluice_board')
      expect(await failuresOf(env)).toEqual({
        sluice_ingest: expect.stringContaining('SELECT webhook_events.raw_body'),
        sluice_board: expect.stringContaining('SELECT users'),
      })
    }))

  test('fails when Redis may forget, and when nothing is there', () =>
    withHealthy(async (env) => {
      const { Redis } = await import('ioredis')
      const redis = new Redis(env['REDIS_URL'] as string)
      await redis.config('SET', 'maxmemory-policy', 'allkeys-lru')
      redis.disconnect()
      expect(await failuresOf(env)).toEqual({ Eviction: expect.stringContaining('noeviction') })

      const nowhere = await failuresOf({
        ...env,
        DATABASE_URL: 'postgres://a:secret@127.0.0.1:1/x',
        REDIS_URL: 'redis://127.0.0.1:1',
      })
      expect(Object.keys(nowhere)).toEqual(['Postgres', 'Redis'])
      expect(JSON.stringify(nowhere)).not.toContain('secret')
    }))

  test('says what is missing in the settings, and tells no secret', () =>
    withHealthy(async (env) => {
      const failures = await failuresOf({ ...env, STRIPE_WEBHOOK_SECRET: 'sk_live_mistaken', BOARD_PASSWORD: 'short' })

      expect(failures).toEqual({
        STRIPE_WEBHOOK_SECRET: expect.stringContaining('whsec_'),
        BOARD_PASSWORD: expect.stringContaining('12 characters'),
      })
      expect(JSON.stringify(failures)).not.toContain('sk_live_mistaken')
    }))

  test('answers 3 when there are dead letters, and 1 when a migration is not applied', () =>
    withHealthy(async (env, { url }) => {
      await query(
        url,
        `INSERT INTO webhook_dead_letters (provider, event_id, type, error, fingerprint, attempts) VALUES ('stripe', 'evt_1', 'x', 'y', 'z', 8)`,
      )
      expect((await sluice(['doctor'], env)).exitCode).toBe(3)

      await query(url, 'DELETE FROM _prisma_migrations')
      const { exitCode, output } = await sluice(['doctor'], env)
      expect(exitCode).toBe(1)
      expect(output).toMatch(/✗ Migrations .*run sluice migrate/)
    }))
})

/** Everything as it should be. */
const withHealthy = (use: (env: Record<string, string>, postgres: TestPostgres) => Promise<void>): Promise<void> =>
  withPostgres((postgres) =>
    withRedis(({ url }) =>
      use(
        {
          DATABASE_URL: postgres.url,
          INGEST_DATABASE_URL: postgres.roleUrl('sluice_ingest'),
          WORKER_DATABASE_URL: postgres.roleUrl('sluice_worker'),
          BOARD_DATABASE_URL: postgres.roleUrl('sluice_board'),
          REDIS_URL: url,
          STRIPE_WEBHOOK_SECRET: 'whsec_of_the_test',
          REPLICATE_WEBHOOK_SECRET: 'whsec_b2YgdGhlIHRlc3Q=',
          BOARD_PASSWORD: 'a long password',
        },
        postgres,
      ),
    ),
  )

async function failuresOf(env: Record<string, string>): Promise<Record<string, string>> {
  const findings = jsonOf(await sluice(['doctor', '--json'], env)) as Finding[]
  return Object.fromEntries(
    findings.filter(({ verdict }) => verdict === 'failed').map(({ check, says }) => [check, says]),
  )
}

async function query(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(sql).finally(() => client.end())
}
