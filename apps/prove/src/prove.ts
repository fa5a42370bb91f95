import { setTimeout as pause } from 'node:timers/promises'
import { checkLedger } from '@sluice/database/ledger'
import { connect, type Pool } from '@sluice/database/pool'
import { createRandom } from '@sluice/simulator'
import { wrongAnswers } from './check/answers.ts'
import { waitForCalm } from './check/calm.ts'
import { compare } from './check/compare.ts'
import { checkEffects } from './check/effects.ts'
import { checkLeaks, type Held, heldBy } from './check/leaks.ts'
import { checkLogs } from './check/logs.ts'
import { recoveryOf } from './check/recovery.ts'
import { checkSecrecy } from './check/secrecy.ts'
import { makeTwin, workOut } from './check/twin.ts'
import { placeWitness, seenTwice } from './check/witness.ts'
import type { Fault } from './fault.ts'
import { keepLogs } from './keep-logs.ts'
import { fileAt, insertHostRows, type Plan, planOf } from './load/plan.ts'
import { startTraffic } from './load/traffic.ts'
import { machineOf } from './machine.ts'
import type { Row } from './row.ts'
import { type World, withWorld } from './world/world.ts'

/** Events a second, of both providers. */
export const RATE = 50
const BEFORE_MS = 2_000
const AFTER_MS = 3_000
/** Enough for the longest fault; what is left of it is not sent. */
const PLANNED_SECONDS = 180

export interface ProveOptions {
  seed: number
  /** Where raw logs go. */
  folder: string
  /** Events a second, instead of the fault's own. */
  rate?: number | undefined
  /** Ends it, once the fault is over, by rejecting; everything is put away all the same. */
  interrupted?: Promise<never> | undefined
  /** Told what is being done. */
  step(name: string): void
}

/** Puts everything up, sends events, lets the fault happen, waits for calm and adds up. */
export async function prove(fault: Fault, { seed, folder, interrupted, step, ...options }: ProveOptions): Promise<Row> {
  const rate = options.rate ?? fault.rate ?? RATE
  let plan: Plan | undefined
  let twinUrl = ''
  step('starting')
  return withWorld(
    {
      ...fault,
      prepare: async ({ postgres, query }, replicate) => {
        plan = planOf(rate * PLANNED_SECONDS, seed, (path, index) =>
          replicate.addFile({ ...fileAt(path), ...fault.files?.(index) }),
        )
        const rows = connect(postgres.url, { max: 1 })
        await insertHostRows(plan, rows)
        await rows.end()
        twinUrl = await makeTwin(postgres.url)
        await placeWitness(query)
      },
    },
    async (place) => {
      const traffic = startTraffic(plan?.events ?? [], rate, place.ingests)
      const world: World = {
        ...place,
        traffic,
        random: createRandom(`${fault.id}:${seed}`),
        wrong: [],
        notes: [],
        told: [],
        whenCalm: [],
      }
      try {
        await pause(BEFORE_MS)
        const before = await heldBy(world)
        const endedAt = await happen(fault, world, step)
        const adding = addUp({ fault, seed, rate, world, endedAt, twinUrl, before, step })
        return await Promise.race([adding, interrupted ?? adding])
      } finally {
        await traffic.stop()
        await keepLogs(folder, world)
      }
    },
  )
}

/** Returns when the fault was over. */
async function happen(fault: Fault, world: World, step: (name: string) => void): Promise<number> {
  step('broken')
  const clear = await fault.inject(world)
  if (clear) {
    await pause((fault.seconds ?? 5) * 1_000)
    await clear()
  }
  const endedAt = Date.now()
  step('recovering')
  await pause(AFTER_MS)
  await world.traffic.stop()
  return endedAt
}

interface Over {
  fault: Fault
  seed: number
  rate: number
  world: World
  endedAt: number
  twinUrl: string
  /** What the apps held when nothing was wrong yet. */
  before: Held
  step(name: string): void
}

async function addUp({ fault, seed, rate, world, endedAt, twinUrl, before, step }: Over): Promise<Row> {
  const { journal } = world.traffic
  const acknowledged = journal.filter(({ acknowledgedAt }) => acknowledgedAt !== null)
  const acknowledgedIds = acknowledged.map(({ event }) => event.id)
  await waitForCalm(world, acknowledgedIds, fault.budgetSeconds * 1_000 + 30_000)
  step('adding up')
  for (const look of world.whenCalm) await look().catch(({ message }) => world.wrong.push(message))

  const [real, twin] = [connect(world.postgres.url), connect(twinUrl)]
  try {
    const kept = await keptIds(real)
    const good = new Map([...world.told, ...journal.map(({ event }) => event)].map((event) => [event.id, event]))
    for (const id of good.keys()) if (!kept.has(id) || fault.deadLetters?.includes(id)) good.delete(id)
    await workOut(twin, [...good.values()])
    const state = await compare(real, twin, fault.deadLetters)
    const effects = await checkEffects(world)
    const lost = [
      ...acknowledgedIds.filter((id) => !kept.has(id)).map((id) => `event ${id} is not in the inbox`),
      ...state.missing,
      ...effects.lost,
    ]
    const doubled = [...state.extra, ...effects.doubled, ...(await seenTwice(world.query))]
    const answers = wrongAnswers(journal, fault.mayAnswer)
    const logs = checkLogs([...world.ingests, ...world.workers])
    const leaks = await checkLeaks(world, before)
    const { seconds, last } = await recoveryOf(world, journal, endedAt)
    const others = [...(await ledgerFindings(real)), ...logs.wrong, ...leaks.wrong, ...world.wrong]
    others.push(...(await checkSecrecy(world)), ...(await attemptsUsed(real, fault.deadLetters)))
    if (seconds > fault.budgetSeconds) others.push(`recovered after ${seconds.toFixed(1)} s; last came ${last}`)
    const findings = [
      ...lost.map((one) => `lost: ${one}`),
      ...doubled.map((one) => `doubled: ${one}`),
      ...answers,
      ...others,
    ]
    return {
      id: fault.id,
      title: fault.title,
      seed,
      at: new Date().toISOString(),
      rate,
      machine: await machineOf(world),
      sent: journal.length,
      acknowledged: acknowledged.length,
      lost: lost.length,
      doubled: doubled.length,
      wrongAnswers: answers.length,
      recoverySeconds: Number(seconds.toFixed(1)),
      budgetSeconds: fault.budgetSeconds,
      repeatedLetters: effects.repeated,
      unrecordedLetters: effects.unrecorded,
      worstLogLines: logs.worst,
      held: { before, after: leaks.after },
      notes: world.notes,
      verdict: findings.length === 0 && acknowledged.length > 0 ? 'holds' : 'BROKEN',
      findings,
    }
  } finally {
    await Promise.all([real.end(), twin.end()])
  }
}

async function keptIds(pool: Pool): Promise<Set<string>> {
  const { rows } = await pool.query<{ id: string }>('SELECT event_id AS id FROM webhook_events')
  return new Set(rows.map(({ id }) => id))
}

/** An outage is not a failure: no good event has an attempt less for it. */
async function attemptsUsed(pool: Pool, deadLetters: readonly string[] = []): Promise<string[]> {
  const { rows } = await pool.query<{ id: string; error: string }>(
    'SELECT event_id AS id, error FROM webhook_events WHERE attempts > 0 AND event_id <> ALL ($1)',
    [deadLetters],
  )
  return rows.map(({ id, error }) => `event ${id} used up an attempt: ${error}`)
}

async function ledgerFindings(pool: Pool): Promise<string[]> {
  const findings: string[] = []
  for await (const page of checkLedger(pool))
    findings.push(...page.findings.map((one) => `ledger: ${JSON.stringify(one)}`))
  return findings
}
