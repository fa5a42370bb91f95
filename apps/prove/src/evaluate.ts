import { checkLedger } from '@sluice/database/ledger'
import { connect, type Pool } from '@sluice/database/pool'
import { stateHash } from '@sluice/database/state-hash'
import { wrongAnswers } from './check/answers.ts'
import { compare } from './check/compare.ts'
import { findDuplicates } from './check/duplicates.ts'
import { checkEffects } from './check/effects.ts'
import { checkLeaks, type Resources } from './check/leaks.ts'
import { checkLogs } from './check/logs.ts'
import { haveWaited, neighboursOf } from './check/neighbours.ts'
import { recoveryOf } from './check/recovery.ts'
import { runReference } from './check/reference-run.ts'
import { checkSecrecy } from './check/secrecy.ts'
import { waitUntilSettled } from './check/settled.ts'
import type { Fault, FaultContext } from './fault.ts'
import { machineOf } from './machine.ts'
import type { Result, RunId } from './result.ts'
import { type MemoryWatch, mostByKind } from './stack/memory.ts'

/** Big events on a busy machine take their time. */
const PATIENT = { deadlineMs: 300_000 }

/** Beyond the budget: what is done by then is late and not lost. */
const LATE_MS_MAX = 120_000

export interface Evaluation {
  fault: Fault
  run: RunId
  context: FaultContext
  brokenAt: number
  endedAt: number
  referenceUrl: string
  /** Resources in use before the fault. */
  before: Resources
  memory: MemoryWatch
  step(name: string): void
}

/** Waits until the system has settled, compares it with the reference run, and lists every violation. */
export async function evaluate({
  fault,
  run,
  context,
  brokenAt,
  endedAt,
  referenceUrl,
  before,
  memory,
  step,
}: Evaluation): Promise<Result> {
  const { deliveries } = context.traffic
  const acknowledged = deliveries.filter(({ acknowledgedAt }) => acknowledgedAt !== null)
  const acknowledgedIds = acknowledged.map(({ event }) => event.id)
  await waitUntilSettled(context, acknowledgedIds, fault.budgetSeconds * 1_000 + LATE_MS_MAX)
  step('checking')
  for (const check of context.afterRecovery) await check().catch(({ message }) => context.problems.push(message))

  const [real, reference] = [context.postgres.url, referenceUrl].map((url) => connect(url, PATIENT)) as [Pool, Pool]
  try {
    const recorded = await recordedIds(real)
    const expected = new Map(
      [...context.trueOrder, ...deliveries.map(({ event }) => event)].map((event) => [event.id, event]),
    )
    for (const id of expected.keys()) if (!recorded.has(id) || fault.deadLetters?.includes(id)) expected.delete(id)
    await runReference(reference, [...expected.values()])
    const state = await compare(real, reference, fault.deadLetters)
    const effects = await checkEffects(context, fault.mayRefuseEffects)
    const lost = [
      ...acknowledgedIds.filter((id) => !recorded.has(id)).map((id) => `event ${id} is not in the inbox`),
      ...state.missing,
      ...effects.lost,
    ]
    const doubled = [...state.extra, ...effects.doubled, ...(await findDuplicates(context.query))]
    const answers = wrongAnswers(deliveries, fault.mayAnswer)
    const logs = checkLogs([...context.ingests, ...context.workers])
    const leaks = await checkLeaks(context, before)
    const { seconds, last } = await recoveryOf(context, deliveries, endedAt)
    const neighbours = await neighboursOf(context, brokenAt)
    const others = [
      ...(await ledgerFindings(real)),
      ...(await differentHash(real, reference)),
      ...memory.killed,
      ...logs.wrong,
      ...leaks.wrong,
      ...context.problems,
    ]
    others.push(...(await checkSecrecy(context)), ...(await attemptsUsed(real, fault.deadLetters)))
    if (fault.sparesOthers && haveWaited(neighbours))
      others.push(`others waited ${neighbours.duringMs} ms, ${neighbours.beforeMs} ms before (p99)`)
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
      ...run,
      at: new Date().toISOString(),
      machine: await machineOf(context),
      sent: deliveries.length,
      acknowledged: acknowledged.length,
      lost: lost.length,
      doubled: doubled.length,
      wrongAnswers: answers.length,
      recoverySeconds: Number(seconds.toFixed(1)),
      budgetSeconds: fault.budgetSeconds,
      repeatedEmails: effects.repeated,
      unrecordedEmails: effects.unrecorded,
      worstLogLines: logs.worst,
      neighbours,
      mostMb: mostByKind(memory.most),
      resources: { before, after: leaks.after },
      notes: context.notes,
      verdict: findings.length === 0 && acknowledged.length > 0 ? 'holds' : 'BROKEN',
      findings,
    }
  } finally {
    await Promise.all([real.end(), reference.end()])
  }
}

async function recordedIds(pool: Pool): Promise<Set<string>> {
  const { rows } = await pool.query<{ id: string }>('SELECT event_id AS id FROM webhook_events')
  return new Set(rows.map(({ id }) => id))
}

/** An outage is not a failure: it uses up no attempt of a good event. */
async function attemptsUsed(pool: Pool, deadLetters: readonly string[] = []): Promise<string[]> {
  const { rows } = await pool.query<{ id: string; error: string }>(
    'SELECT event_id AS id, error FROM webhook_events WHERE attempts > 0 AND event_id <> ALL ($1)',
    [deadLetters],
  )
  return rows.map(({ id, error }) => `event ${id} used up an attempt: ${error}`)
}

/** The hash that operators compare, beside the comparison row by row. */
async function differentHash(real: Pool, reference: Pool): Promise<string[]> {
  const [mine, right] = await Promise.all([stateHash(real), stateHash(reference)])
  if (mine.hash === right.hash) return []
  const tables = Object.keys(mine.tables).filter((name) => mine.tables[name]?.hash !== right.tables[name]?.hash)
  return [`the state hash differs in ${tables.join(', ')}`]
}

async function ledgerFindings(pool: Pool): Promise<string[]> {
  const findings: string[] = []
  for await (const page of checkLedger(pool))
    findings.push(...page.findings.map((one) => `ledger: ${JSON.stringify(one)}`))
  return findings
}
