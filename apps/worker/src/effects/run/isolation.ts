import { setTimeout as pause } from 'node:timers/promises'
import { beginEffectAlone, endEffectAlone } from '@sluice/database/outbox'
import type { Pool } from '@sluice/database/pool'
import { SluiceError } from '@sluice/events'
import { createGate } from '../../events/gate.ts'

/** Effects that may run together: above what eight shards of the queue hand out. */
const CAPACITY = 256

/** Runs alone that never ended, after which an effect becomes a dead letter: it kills its process. */
const SOLO_RUNS_MAX = 2

/** A process that dies sooner than this was not killed by a suspect, so suspects start only after it. */
const PROBATION_MS = 3_000

export class CrashedError extends SluiceError {
  override readonly name = 'CrashedError'
}

export interface Suspicion {
  id: string
  /** Runs alone that began and never ended. */
  crashes: number
  /** Times that its job stalled, because the process died or hung. */
  stalls: number
  timeLimitFactor: number
}

export type Isolation = <T>(effect: Suspicion, run: () => Promise<T>) => Promise<T>

/**
 * Runs effects side by side, but each suspect with nothing beside it. Effects with a longer time limit have a gate of
 * their own, so that no e-mail waits for the copy of a video.
 *
 * @throws {CrashedError} instead of running an effect that killed its process each time it ran alone.
 */
export function createIsolation(pool: Pool): Isolation {
  const gates = { short: createGate(CAPACITY), long: createGate(CAPACITY) }
  const probation = pause(PROBATION_MS, undefined, { ref: false })

  return async (effect, run) => {
    const gate = effect.timeLimitFactor > 1 ? gates.long : gates.short
    if (!isSuspect(effect)) return gate.together(run)
    await probation
    return gate.alone(() => runAlone(pool, effect.id, run))
  }
}

/**
 * One stall may be chance, and an effect that may run 20 times longer is 20 times likelier to be running when a process
 * dies. Others ran beside it then, so stalls are no proof.
 */
const isSuspect = ({ crashes, stalls, timeLimitFactor }: Suspicion): boolean => crashes > 0 || stalls > timeLimitFactor

/** A process that dies in here leaves a run that began and never ended. */
async function runAlone<T>(pool: Pool, id: string, run: () => Promise<T>): Promise<T> {
  if ((await beginEffectAlone(pool, id)) > SOLO_RUNS_MAX) throw new CrashedError('crashed')
  try {
    return await run()
  } finally {
    await endEffectAlone(pool, id).catch(() => {}) // the worst result is one more run alone
  }
}
