import { setTimeout as pause } from 'node:timers/promises'
import { beginSoloEffect, endSoloEffect } from '@sluice/database/inbox'
import type { OutboxMessage } from '@sluice/database/outbox'
import type { Pool } from '@sluice/database/pool'
import { SluiceError } from '@sluice/events'
import { createGate } from '../events/gate.ts'
import { patienceWith } from './index.ts'

/** After so many runs of its own that never came to an end, an effect is a dead letter: it takes processes with it. */
const SOLO_RUNS_MAX = 2

/** A process that does not live longer than this dies of something else than its suspects: they wait, unblamed. */
const UNTRIED_MS = 3_000

export class CrashedError extends SluiceError {
  override readonly name = 'CrashedError'
}

export type Isolation = <T>(message: OutboxMessage, stalls: number, run: () => Promise<T>) => Promise<T>

/**
 * Runs effects side by side, but suspects with nothing beside them. Copies, which may take long, have a gate of their
 * own: nothing waits for a film.
 *
 * @throws {CrashedError} instead of running one that never came back from runs of its own.
 */
export function createIsolation(pool: Pool): Isolation {
  const gates = { short: createGate(), long: createGate() }
  const tried = pause(UNTRIED_MS, undefined, { ref: false })

  return async (message, stalls, run) => {
    const gate = patienceWith(message.kind) > 1 ? gates.long : gates.short
    if (!isSuspect(message, stalls)) return gate.together(run)
    await tried
    return gate.alone(() => runAlone(pool, message.id, run))
  }
}

/**
 * Processes died while it ran: once is chance, and what takes so many times longer is so many times likelier to be there
 * by chance. It was beside others then, so this alone is no proof.
 */
const isSuspect = ({ kind, crashes }: OutboxMessage, stalls: number): boolean =>
  crashes > 0 || stalls > patienceWith(kind)

/** A process that dies in here leaves a run that was begun and never settled. */
async function runAlone<T>(pool: Pool, id: string, run: () => Promise<T>): Promise<T> {
  if ((await beginSoloEffect(pool, id)) > SOLO_RUNS_MAX) throw new CrashedError('crashed')
  try {
    return await run()
  } finally {
    await endSoloEffect(pool, id).catch(() => {}) // at worst it is alone once more
  }
}
