import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { openQueues } from '@sluice/queue'
import { Redis } from 'ioredis'
import { configure, failuresOf, findingsOf, query, withHealthy } from './healthy.ts'

describe('sluice doctor, of the stores', () => {
  const before = process.env['NODE_ENV']
  beforeEach(() => {
    process.env['NODE_ENV'] = 'production'
  })
  afterEach(() => {
    process.env['NODE_ENV'] = before
  })

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
})
