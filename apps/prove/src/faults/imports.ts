import { setTimeout as pause } from 'node:timers/promises'
import { type AccountHistory, accountHistory } from '@sluice/simulator'
import { entryOf, startProcess, type TestProcess } from '@sluice/testing'
import type { Fault, FaultContext } from '../fault.ts'
import { BUDGET } from './budgets.ts'

const CUSTOMERS = 60
/** Requests of a run that checks its key, and then reads some pages. */
const REQUESTS = { from: 18, to: 34 }
/** Runs of the import that are disturbed, if they do not reach the end before. */
const DISTURBED = 3
const OUTAGE_MS = 3_000
const RUNS_MAX = 5

let made: AccountHistory | undefined

/** An account that existed before Sluice did, in live mode: in production no other gives access. */
function account(): AccountHistory {
  if (made) return made
  const until = Math.floor(Date.now() / 1_000)
  const history = accountHistory({ seed: 'prove', customers: CUSTOMERS, until, busyFor: 0, busy: 0 })
  made = inLiveMode({ catalogue: history.catalogue, users: [...history.users()] })
  return made
}

function inLiveMode(history: object): AccountHistory {
  const { catalogue, users } = JSON.parse(JSON.stringify(history).replaceAll('"livemode":false', '"livemode":true'))
  for (const { event } of [...catalogue, ...users.flatMap((user: { changes: object[] }) => user.changes)])
    event.at = new Date(event.at)
  return { catalogue, users: () => users.values() }
}

/** An import dies or stops half-way, and is started again until it ends by itself, while webhooks go on. */
const imports = (
  id: string,
  title: string,
  more: Partial<Fault>,
  disturb: (context: FaultContext, run: TestProcess) => Promise<void>,
): Fault => ({
  id,
  title,
  budgetSeconds: BUDGET.redisCut,
  get hostRows() {
    return { users: [...account().users()] }
  },
  ...more,
  inject: async (context) => {
    context.stripe.fill(account(), new Date())
    context.afterRecovery.push(() => expectImported(context))
    for (let run = 1; run <= RUNS_MAX; run += 1) {
      const exitCode = await runImport(context, run <= DISTURBED ? disturb : undefined)
      context.notes.push(`run ${run} of the import ended with ${exitCode ?? 'a signal'}`)
      if (exitCode === 0) return undefined
    }
    context.problems.push(`${RUNS_MAX} runs of the import did not reach its end`)
    return undefined
  },
})

/** @param disturb called after a random number of requests */
async function runImport(
  context: FaultContext,
  disturb?: (context: FaultContext, run: TestProcess) => Promise<void>,
): Promise<number | null> {
  const { env, stripe, random, problems } = context
  const run = startProcess(entryOf('cli'), ['import', 'stripe'], { env })
  const at = random.between(REQUESTS.from, REQUESTS.to)
  let requests = 0
  let disturbed: Promise<void> | undefined
  stripe.beforeAnswer(() => {
    requests += 1
    if (disturb && requests === at) disturbed = pause(random.between(0, 200)).then(() => disturb(context, run))
  })
  const exitCode = await run.exited
  await disturbed
  stripe.beforeAnswer(() => {})
  if (disturb && !disturbed)
    problems.push(`a run of the import was over before anything disturbed it: ${run.output().slice(-300)}`)
  return exitCode
}

/** Imported and fetched objects are events too: the reference run processes them as well. */
async function expectImported({ query, trueOrder, problems, notes }: FaultContext): Promise<void> {
  const events = await query<{ id: string; type: string; at: Date; body: Buffer; status: string }>(
    `SELECT event_id AS id, type, occurred_at AS at, raw_body AS body, status FROM webhook_events
      WHERE headers ? 'sluice-fetched-for' ORDER BY webhook_events.id`,
  )
  trueOrder.push(
    ...events.map(({ id, type, at, body }) => ({ provider: 'stripe' as const, id, type, at, body: `${body}` })),
  )
  const imports = events.filter(({ type }) => type.startsWith('import.'))
  notes.push(`${imports.length} objects were imported, and ${events.length - imports.length} fetched`)
  const known = new Set(imports.map(({ id }) => id.slice(id.lastIndexOf('.') + 1)))
  const missing = subscriptionsOf(account()).filter((id) => !known.has(id))
  if (missing.length > 0) problems.push(`${missing.length} subscriptions were not imported`)
  const left = events.filter(({ status }) => status !== 'processed')
  if (left.length > 0) problems.push(`${left.length} imported objects were not processed`)
}

const subscriptionsOf = ({ users }: AccountHistory): string[] =>
  [...users()].flatMap(({ changes }) =>
    changes.flatMap(({ objects }) => objects.flatMap(({ object, id }) => (object === 'subscription' ? id : []))),
  )

export const importFaults: Fault[] = [
  imports('F85', 'An import of an account is killed with -9, three times', { sparesOthers: true }, async (_, run) => {
    await run.kill()
  }),
  imports('F85b', 'Postgres crashes while an account is imported, and is away for 3 s', {}, async ({ postgres }) => {
    await postgres.crash()
    await pause(OUTAGE_MS)
    await postgres.start()
  }),
  imports('F85c', 'Redis stops for 3 s while an account is imported', {}, async ({ redis }) => {
    await redis.stop()
    await pause(OUTAGE_MS)
    await redis.start()
  }),
]
