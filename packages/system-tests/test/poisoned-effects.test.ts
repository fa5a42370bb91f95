import { fileURLToPath } from 'node:url'
import { expect, test } from '@jest/globals'
import { freePort } from '@sluice/dev-services'
import { eventually, startProcess, withStack } from '@sluice/testing'
import { noticeDeath } from './support/dead-workers.ts'

const SCRIPT = fileURLToPath(new URL('support/poisoned-effects-worker.mjs', import.meta.url))
const NEIGHBOURS = 40

/** Guarantees that an effect which kills its process is found by itself, and that its neighbours are done. */
test('an effect that kills every worker becomes a dead letter after a few deaths, and its neighbours are done', () =>
  withStack({ ingests: 0, workers: 0, env: { SWEEP_INTERVAL_MS: '200', LOG_LEVEL: 'warn' } }, async (stack) => {
    await stack.query(
      `INSERT INTO outbox_messages (effect_key, kind, payload, sweep_after)
        SELECT 'features:' || n, 'features.invalidate', jsonb_build_object('userId', n::text), now()
          FROM generate_series(1, $1) n
        UNION ALL SELECT 'poison', 'generation.completed', jsonb_build_object('jobId', 'poison'), now()`,
      [NEIGHBOURS],
    )
    let deaths = 0
    let over = false
    const supervised = async () => {
      while (!over) {
        const worker = startProcess(SCRIPT, [], { env: { ...stack.env, WORKER_PORT: String(await freePort()) } })
        kill = () => worker.kill()
        await worker.exited
        if (over) return
        deaths += 1
        await noticeDeath(stack)
      }
    }
    let kill = () => Promise.resolve<number | null>(null)
    const supervisor = supervised()
    try {
      const bothDone = eventually(async () => {
        expect(
          await stack.query(
            `SELECT status, count(*)::int FROM outbox_messages WHERE kind <> 'dead_letter.opened' GROUP BY 1 ORDER BY 1`,
          ),
        ).toEqual([
          { status: 'done', count: NEIGHBOURS },
          { status: 'failed', count: 1 },
        ])
      }, 60_000)
      await Promise.race([bothDone, supervisor])
    } finally {
      over = true
      await kill()
      await supervisor
    }
    const [deadLetter] = await stack.query<{ type: string; error: string }>(
      'SELECT type, error FROM webhook_dead_letters',
    )
    expect(deadLetter).toMatchObject({ type: 'generation.completed', error: expect.stringMatching(/^crashed: /) })
    expect(await stack.query('SELECT id FROM outbox_messages WHERE crashes > 0')).toEqual([])
    console.log(`${deaths} deaths`)
    expect(deaths).toBeLessThanOrEqual(6)
  }))
