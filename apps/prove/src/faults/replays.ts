import { entryOf, eventually, startProcess } from '@sluice/testing'
import pg from 'pg'
import type { Fault, FaultContext } from '../fault.ts'
import { hostRowsOf, lifecycleOf, sendInTurn } from '../load/special-events.ts'
import { BUDGET } from './budgets.ts'
import { ignoredEvents } from './extra-events.ts'

/** More than a replay opens in one transaction. */
const EVENTS = 600

const ALL = ['--since', '1h', '--until', '0m']

const startReplay = ({ env, redis }: FaultContext, which: string[]) =>
  startProcess(entryOf('cli'), ['replay', ...which], { env: { ...env, REDIS_URL: redis.url } })

/** Waits until so many events are processed or ignored. */
const finished = ({ query }: FaultContext, count: number): Promise<void> =>
  eventually(async () => {
    const [row] = await query<{ count: number }>(
      `SELECT count(*)::int FROM webhook_events WHERE status IN ('processed', 'ignored')`,
    )
    if ((row?.count ?? 0) < count) throw new Error(`${row?.count} of ${count} events are processed`)
  }, 300_000)

/** Waits until no event that a replay has opened is left. */
const revised = ({ query }: FaultContext): Promise<void> =>
  eventually(async () => {
    const left = await query(`SELECT id FROM webhook_events WHERE status = 'received' AND revision IS NOT NULL`)
    if (left.length > 0) throw new Error(`${left.length} events wait to be revised`)
  }, 300_000)

/** To be settled again is the purpose of a replay. */
const mayBeSettledAgain = ({ query, afterRecovery }: FaultContext): void => {
  afterRecovery.push(async () => {
    await query(`DELETE FROM prove_audit WHERE what = 'settled'`)
  })
}

const NAME = 'f90'
const USERS = 4

/** Holds the customers of its users, and an event that the replay does not open at first, until the connection ends. */
async function holdRows({ postgres }: FaultContext): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: postgres.url })
  await client.connect()
  await client.query('BEGIN')
  const rows = await Promise.all([
    client.query(`SELECT 1 FROM webhook_events WHERE event_id = 'evt_${NAME}_${EVENTS - 1}' FOR UPDATE`),
    client.query(`SELECT 1 FROM customers WHERE user_id LIKE 'user_${NAME}%' FOR UPDATE`),
  ])
  if (rows.some(({ rowCount }) => rowCount === 0)) throw new Error('there is nothing to hold')
  return client
}

const BUSY_NAME = 'f91'
const BUSY_USERS = 60

const waitsForLock = ({ query }: FaultContext, application: string): Promise<void> =>
  eventually(async () => {
    const waiting = await query(
      `SELECT pid FROM pg_stat_activity WHERE application_name LIKE $1 AND wait_event_type = 'Lock'`,
      [`${application}%`],
    )
    if (waiting.length === 0) throw new Error(`no ${application} waits for a lock`)
  }, 60_000)

export const replays: Fault[] = [
  {
    id: 'F90',
    title: 'A replay of all events and its workers are killed half-way, and the replay is run again',
    budgetSeconds: BUDGET.replayed,
    hostRows: hostRowsOf(NAME, USERS),
    inject: async (context) => {
      const { workers, affected, problems, notes } = context
      const lifecycles = Array.from({ length: USERS }, (_, index) => lifecycleOf(NAME, index)).flat()
      await sendInTurn(context, lifecycles)
      await sendInTurn(context, ignoredEvents(NAME, EVENTS))
      await finished(context, lifecycles.length + EVENTS)

      const holder = await holdRows(context)
      try {
        const killed = startReplay(context, ALL)
        await waitsForLock(context, 'sluice-cli')
        await waitsForLock(context, 'sluice-worker')
        await killed.kill('SIGKILL')
        await Promise.all(workers.map((worker) => worker.kill('SIGKILL')))
      } finally {
        await holder.end()
      }
      for (const { event } of context.traffic.deliveries) affected.add(event.id) // they are processed twice
      const again = startReplay(context, ALL)
      const exitCode = await again.exited
      notes.push(again.output().trim())
      if (exitCode !== 0) problems.push(`the second replay ended with ${exitCode}`)
      mayBeSettledAgain(context)
      return undefined
    },
  },
  {
    id: 'F91',
    title: 'All events are replayed while others arrive',
    budgetSeconds: BUDGET.replayed,
    hostRows: hostRowsOf(BUSY_NAME, BUSY_USERS),
    inject: async (context) => {
      const { affected, problems, notes, traffic } = context
      const lifecycles = Array.from({ length: BUSY_USERS }, (_, index) => lifecycleOf(BUSY_NAME, index)).flat()
      await sendInTurn(context, lifecycles)
      await finished(context, lifecycles.length)

      const replay = startReplay(context, ALL)
      const exitCode = await replay.exited
      notes.push(replay.output().trim())
      if (exitCode !== 0) problems.push(`the replay ended with ${exitCode}`)
      for (const { event } of traffic.deliveries) affected.add(event.id) // they are processed twice
      await revised(context)
      mayBeSettledAgain(context)
      return undefined
    },
  },
]
