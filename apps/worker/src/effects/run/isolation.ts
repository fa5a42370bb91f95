import { setTimeout as pause } from 'node:timers/promises'
import { beginEffectAlone, endEffectAlone } from '@sluice/database/outbox'
import type { Pool } from '@sluice/database/pool'
import { SluiceError } from '@sluice/events'
import { createGate } from '../../events/gate.ts'

/** More effects than one worker ever runs at once, whatever the number of shards. */
const CAPACITY = 256

/**
 * Number of isolated runs that never ended, after which an effect becomes a dead letter because it kills its process.
 */
const SOLO_RUNS_MAX = 2

/** Suspects start only after this time, so that an earlier death of the process cannot be blamed on them. */
const PROBATION_MS = 3_000

export class CrashedError extends SluiceError {
  override readonly name = 'CrashedError'
}

export interface Suspicion {
  id: string
  /** Isolated runs that started and never ended. */
  crashes: number
  /** How often its job stalled because the process died or hung. */
  stalls: number
  timeLimitFactor: number
}

export type Isolation = <T>(effect: Suspicion, run: () => Promise<T>) => Promise<T>

/**
 * Runs effects concurrently, but suspects in isolation. Effects with a longer time limit use a separate gate, so that
 * e-mails do not wait for the copy of a video.
 *
 * @throws {CrashedError} instead of running an effect that killed its process in every isolated run.
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
 * A stall may be a coincidence, and an effect that may run 20 times longer is 20 times more likely to be running when a
 * process dies. Other effects ran at the same time, so stalls prove nothing.
 */
const isSuspect = ({ crashes, stalls, timeLimitFactor }: Suspicion): boolean => crashes > 0 || stalls > timeLimitFactor

/** If the process dies during `run`, the recorded run never ends. */
async function runAlone<T>(pool: Pool, id: string, run: () => Promise<T>): Promise<T> {
  if ((await beginEffectAlone(pool, id)) > SOLO_RUNS_MAX) throw new CrashedError('crashed')
  try {
    return await run()
  } finally {
    await endEffectAlone(pool, id).catch(() => {}) // at worst it runs in isolation once more
  }
}
