import { setTimeout as pause } from 'node:timers/promises'
import { eventually } from '@sluice/testing'
import pg from 'pg'
import type { Fault } from '../fault.ts'
import { wrongClock } from '../stack/wrong-clock.ts'
import { BUDGET } from './budgets.ts'
import { ignoredEvents } from './extra-events.ts'

const HOUR_MS = 3_600_000

export const clocks: Fault[] = [
  {
    id: 'F69',
    title: 'The clock of a worker is a day ahead; the worker delays jobs and goes away',
    budgetSeconds: BUDGET.swept,
    inject: async ({ workers: [wrong], postgres, smtp }) => {
      if (!wrong) return
      wrong.change(wrongClock('worker', 24 * HOUR_MS))
      await wrong.kill('SIGTERM')
      await pause(600)
      await wrong.ready()
      const client = new pg.Client({ connectionString: postgres.url })
      await client.connect()
      await client.query('BEGIN; LOCK TABLE customers IN ACCESS EXCLUSIVE MODE')
      smtp.failWith({ refuse: 451 })
      await pause(6_000)
      await client.end()
      wrong.change({})
      await wrong.kill('SIGTERM')
      smtp.recover()
      await pause(600)
      await wrong.ready()
      return undefined
    },
  },
  {
    id: 'F69b',
    title: 'The clock of an ingest goes back by an hour while Postgres is away',
    env: { WEBHOOK_TOLERANCE_SECONDS: '7200' },
    budgetSeconds: BUDGET.postgresBack,
    inject: async ({ ingests, workers, postgres, traffic, query, problems }) => {
      for (const ingest of ingests) {
        ingest.change(wrongClock('ingest', -HOUR_MS, true))
        await ingest.kill('SIGTERM')
        await pause(600)
        await ingest.ready()
      }
      await postgres.stop()
      await pause(2_000)
      for (const ingest of ingests) process.kill(ingest.process().pid, 'SIGUSR2')
      await pause(1_000)
      await postgres.start()
      await pause(3_000)
      // Frozen workers cannot append what ingests only put on the queue.
      for (const worker of workers) worker.process().freeze()
      const events = ignoredEvents('clock', 20)
      await Promise.all(events.map((event) => traffic.send(event)))
      await eventually(async () => {
        const ids = events.map(({ id }) => id)
        const rows = await query('SELECT 1 FROM webhook_events WHERE event_id = ANY ($1)', [ids])
        if (rows.length < ids.length) throw new Error(`ingests appended ${rows.length} of ${ids.length} events`)
      }, 3_000).catch(({ message }) => problems.push(message))
      for (const worker of workers) worker.process().thaw()
      for (const ingest of ingests) ingest.change({})
      return undefined
    },
  },
]
