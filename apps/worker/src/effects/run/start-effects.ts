import type { DueEffect } from '@sluice/database/commit'
import { finishEffect, finishNewEffects } from '@sluice/database/outbox'
import type { Skip } from '@sluice/events'
import { type Producer, together } from '@sluice/queue'
import { crashPoint } from '@sluice/runtime/crash-point'
import { withDeadline } from '@sluice/runtime/deadline'
import { inSpan } from '@sluice/runtime/tracing'
import { effectors } from '../index.ts'
import type { EffectTools } from './effector.ts'
import { prepareEffect } from './prepare-effect.ts'
import { reportEnd } from './report-end.ts'

type Tools = Omit<EffectTools, 'signal'>

/** An event waits for its quick effects no longer than this; then they get jobs. */
const QUICK_MS = 1_000

/**
 * Starts the effects of an event that has just been committed. Those of the lane `quick` are a few commands for Redis. They
 * run at once, without jobs: the commands of all events of one turn share a pipeline, and one statement marks the effects
 * as done. One that fails gets a job, which has attempts and dead letters. The others get jobs in any case.
 *
 * The outbox has all of them until they are done, so the sweeper finds what a crash or an outage leaves. It also finds
 * quick ones that did not run because an operator has paused the queue of effects.
 */
export function createEffectStarter(tools: Tools, producer: Producer) {
  const { pool, logger, redis } = tools
  const finish = together(async (ids: string[]) => {
    crashPoint('before_quick_effects_done')
    await finishNewEffects(pool, ids)
  })
  const arePaused = shared(() => producer.areEffectsPaused())

  return async (effects: DueEffect[], eventId: string): Promise<void> => {
    const quick = redis ? effects.filter(isQuick) : []
    const others = redis ? effects.filter((effect) => !isQuick(effect)) : effects
    await Promise.allSettled([addJobs(others), runQuick(quick, eventId)]) // the sweeper finds what is left
  }

  async function addJobs(effects: DueEffect[]): Promise<void> {
    if (effects.length > 0) await inSpan('add to queue', {}, () => producer.enqueueEffects(effects))
  }

  async function runQuick(effects: DueEffect[], eventId: string): Promise<void> {
    if (effects.length === 0 || (await arePaused())) return
    await Promise.all(effects.map((effect) => runOrAdd(effect, eventId)))
  }

  async function runOrAdd(effect: DueEffect, eventId: string): Promise<void> {
    const { id, kind, key: effectKey } = effect
    let skipped: Skip | null
    try {
      skipped = await inSpan(`effect ${kind}`, { type: kind }, () => run(effect, eventId))
    } catch {
      return addJobs([effect])
    }
    await (skipped ? finishEffect(pool, id, skipped) : finish(id))
    reportEnd(logger, { kind, effectKey, eventId }, skipped)
  }

  function run({ id, kind, key: effectKey, payload }: DueEffect, eventId: string): Promise<Skip | null> {
    const now = new Date()
    const ofEvent = { webhookEventId: null, eventId, eventAccount: null, eventOccurredAt: now, availableAt: now }
    const message = { id, kind, effectKey, payload, status: 'pending' as const, crashes: 0, ...ofEvent }
    const timeLimit = new AbortController()
    const running = prepareEffect(message).run({ ...tools, signal: timeLimit.signal })
    return withDeadline(running, QUICK_MS, kind).finally(() => timeLimit.abort())
  }
}

const isQuick = ({ kind, delayMs }: DueEffect): boolean =>
  delayMs === 0 && kind !== 'host.message' && effectors[kind].lane === 'quick'

/** Calls that begin while one is under way share its answer. */
function shared<T>(ask: () => Promise<T>): () => Promise<T> {
  let asking: Promise<T> | undefined
  return () => {
    asking ??= ask().finally(() => {
      asking = undefined
    })
    return asking
  }
}
