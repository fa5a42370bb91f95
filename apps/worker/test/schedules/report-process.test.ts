import { expect, test } from '@jest/globals'
import { connect } from '@sluice/database/pool'
import { createLogger, throttledLogger } from '@sluice/runtime/logger'
import { eventually, withPostgres, withRedis } from '@sluice/testing'
import { readEnvironment } from '../../src/environment.ts'
import { createExamination } from '../../src/health/examination.ts'
import { startReporting } from '../../src/schedules/report-process.ts'

test('a worker reports its load and what the checks find with its rights, and deletes what is old', () =>
  withPostgres(({ url, roleUrl }) =>
    withRedis(async ({ urlOf }) => {
      const [owner, pool] = [connect(url), connect(roleUrl('sluice_worker'))]
      await owner.query(`
        INSERT INTO process_reports (app, instance, started_at, details, reported_at)
          VALUES ('worker', 'old', now(), '{}', now() - interval '2 hours');
        INSERT INTO webhook_dead_letters (provider, event_id, type, error, fingerprint, attempts)
          VALUES ('stripe', 'evt_1', 'invoice.paid', 'handler_threw', 'abc', 8)`)
      const redis = urlOf('sluice_worker')
      const env = readEnvironment({ WORKER_DATABASE_URL: roleUrl('sluice_worker'), REDIS_URL: redis })
      const queue = { url: redis, shards: 1, prefix: env.QUEUE_PREFIX }
      const reporting = startReporting(
        { env, pool, queue, handlerVersion: () => '0a1b2c' },
        throttledLogger(createLogger('worker')),
      )
      try {
        await eventually(async () => {
          const { rows } = await owner.query('SELECT app, version, details FROM process_reports')
          expect(rows).toMatchObject([
            { app: 'worker', version: '0a1b2c', details: { load: { concurrency: 256, memory: expect.any(Number) } } },
          ])
        })
        const examine = createExamination(env, pool, queue)
        const findings = await examine()
        expect(Object.fromEntries(findings.map(({ check, verdict }) => [check, verdict]))).toMatchObject({
          ...{ 'Postgres writes': 'good', 'Redis writes': 'good', 'Dead letters': 'found', Workers: 'failed' },
          ...{ 'Stripe endpoint': 'skipped', Eviction: expect.any(String) },
        })
        expect(JSON.stringify(findings)).not.toContain(new URL(redis).password)

        // It cannot know from secrets whether Stripe is used.
        const isAbout = ({ check }: { check: string }) => check === 'LIVEMODE'
        expect(findings.filter(isAbout)).toEqual([])
        await owner.query(`INSERT INTO webhook_events (provider, event_id, type, ordering_key)
          VALUES ('stripe', 'evt_1', 'invoice.paid', 'stripe::cus_1')`)
        const [mode] = (await examine()).filter(isAbout)
        expect(mode?.says).toBe('not set: outside production, events of both modes are processed')
      } finally {
        await reporting.stop()
        await Promise.all([owner.end(), pool.end()])
      }
    }),
  ))
