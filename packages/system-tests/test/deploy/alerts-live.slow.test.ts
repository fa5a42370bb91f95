import { expect, test } from '@jest/globals'
import { eventually, type OwnPostgres, type Stack, withFragileStack } from '@sluice/testing'
import { type TestSmtp, withSmtp } from '@sluice/testing/stand-ins'
import { forge, forgeJob, overload } from '../support/deploy/attacks.ts'
import { decline, fail, harmless, leaveUnsent, repeat, slowDown, withholdJob } from '../support/deploy/event-faults.ts'
import { rules } from '../support/deploy/known-metrics.ts'
import { fillLogDisk, shiftClock, whileFull } from '../support/deploy/machine-faults.ts'
import { nameOf, panels, queryOf } from '../support/deploy/panels.ts'
import { type Prometheus, withPrometheus } from '../support/deploy/prometheus.ts'
import { counted, fires, raised, stops } from '../support/deploy/raised-alerts.ts'
import { allDone, send } from '../support/stack.ts'

/** An event waits for its generation job as long as the test runs, and an effect is tried again soon. */
const PATIENT = { JOB_WAIT_SECONDS: '3600', EVENT_BACKOFF_MAX_MS: '2000' }

const withEnvironment = (use: (stack: Stack<OwnPostgres>, smtp: TestSmtp) => Promise<void>) =>
  withSmtp((smtp) =>
    withFragileStack(
      { env: { ...PATIENT, EVENT_ATTEMPTS: '1', WORKER_CONCURRENCY: '4', SMTP_URL: smtp.url } },
      (stack) => use(stack, smtp),
    ),
  )

test(
  'the faults of the real thing raise every alert in a real Prometheus, which is quiet before',
  () =>
    withEnvironment(async (stack, smtp) => {
      const [ingest] = stack.ingests
      const [worker] = stack.workers
      if (!ingest || !worker) throw new Error('the stack is not whole')
      await withPrometheus({ ingest: [ingest.port], worker: [worker.port] }, async (prometheus) => {
        await send(stack, harmless())
        await allDone(stack, 1)
        await counted(prometheus, 'webhook_processed_total', 1)
        await eventually(async () => expect(await prometheus.firing()).toEqual([]), 60_000) // once it has asked everybody

        await slowDown(stack, prometheus, 'WebhookBacklog', 'WebhookProcessingSlow')
        await whileFull(stack, () => fires(prometheus, 'RedisMemory'))
        await stops(prometheus, 'RedisMemory')

        await forge(stack, prometheus, 'WebhookSignatureFailures')
        await repeat(stack, prometheus, 'WebhookDuplicates')
        await decline(stack, prometheus, 'PaymentsFail')
        await fail(stack, prometheus, ['DeadLetters', 'WebhookProcessingFails'])
        await withholdJob(stack, prometheus, 'EventsUnsettled')
        await forgeJob(stack, prometheus, 'ForgedJobs')
        await overload(stack, prometheus, 'IngestOverloaded')
        await fillLogDisk(stack, prometheus, 'LogLinesDropped')
        await shiftClock(stack, prometheus, 'ClockWrong')
        await smtp.stop()
        await leaveUnsent(stack, prometheus, 'EffectsUnfinished')
        await everyPanelShows(prometheus)
        await smtp.start()
        await stops(prometheus, 'EffectsUnfinished')

        await send(stack, harmless())
        await stops(prometheus, 'NoWebhooks')

        await stack.redis.stop()
        await fires(prometheus, 'RedisDown')
        await stack.redis.start()
        await stops(prometheus, 'RedisDown')

        await stops(prometheus, 'EventAgeUnknown')
        await stack.postgres.stop()
        await fires(prometheus, 'PostgresDown')
        await fires(prometheus, 'EventAgeUnknown')
        await stack.postgres.start()
        await stops(prometheus, 'PostgresDown')
        await fires(prometheus, 'NoWebhooks') // since before the stores were away

        await stops(prometheus, 'NoWorker')
        await stops(prometheus, 'EventAgeUnknown')
        await worker.kill()
        for (let sent = 0; sent < 3; sent += 1) await send(stack, harmless())
        await fires(prometheus, 'NoWorker')
        await fires(prometheus, 'EventAgeUnknown')
        await stops(prometheus, 'NoIngest')
        await ingest.kill()
        await fires(prometheus, 'NoIngest')
        expect([...raised].sort()).toEqual(rules.flatMap(({ alert }) => alert ?? []).sort())
      })
    }),
  400_000,
)

/** Under all of this load every query of every panel has something to draw, and no two lines have one name. */
async function everyPanelShows(prometheus: Prometheus): Promise<void> {
  for (const { title, targets = [] } of panels) {
    const names = new Set<string>()
    for (const { expr, legendFormat } of targets) {
      await eventually(async () => {
        const values = (await prometheus.series(queryOf(expr))).map(({ value }) => value)
        expect([title, legendFormat, values.some(Number.isFinite)]).toEqual([title, legendFormat, true])
      }, 10_000)
      for (const { labels } of await prometheus.series(queryOf(expr))) {
        const name = nameOf(legendFormat, labels)
        expect([title, name, names.has(name)]).toEqual([title, expect.stringMatching(/^\S.*\S$/), false])
        names.add(name)
      }
    }
  }
}
