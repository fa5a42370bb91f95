import type { Pool } from 'pg'
import { sqlState } from '../../sql/error-kind.ts'
import { LOCK_IS_HELD } from '../../sql/locked-rows.ts'
import { findLockedRows, findLockedTables, type Holder } from './find-locks.ts'
import { type Decided, isConcerned, type LockedStageError, type Stage, subject, subjectsOf } from './stages.ts'

/** How often it is looked whether a lock was released, in milliseconds. */
const LOOK_MS = 200

/** How long nothing is tried with an event whose lock cannot be looked at, such as that of a row not yet inserted. */
const BLIND_MS = 1_000

/** Further events are recognised by their facts, which takes a transaction. */
const EVENTS_MAX = 10_000

/** A lock of another session that an event waits for. */
export interface LockWait extends Holder {
  table: string
  /** For how long this process has known of the lock, in milliseconds. */
  heldMs: number
}

interface Held extends Holder {
  table: string
  /** Milliseconds of `performance.now()`. */
  since: number
  /** Rows of the inbox that wait for it. */
  events: Set<string>
}

interface HeldRow extends Held {
  column: string
  key: string
  subjects: readonly string[]
}

interface HeldStage extends Held {
  stage: Stage
  /** The tables that were locked. The stage is tried again when that changes. */
  tables: string
}

interface Blind extends Held {
  until: number
}

/**
 * The locks of other sessions that commits have met and that are still held. Events that need them are told apart before
 * they are tried, so that each lock costs a batch at most one short wait.
 */
export interface HeldLocks {
  /** The lock that keeps this event waiting. Undefined if it may be tried. Costs nothing. */
  lockOf(id: string): LockWait | undefined
  /** The lock that this event would meet, as far as its facts are known. */
  lockFor(event: Decided): LockWait | undefined
  /**
   * Finds out which locks made a commit fail, so that `lockFor` knows the events that need them.
   *
   * @returns false if it is not known whose lock it is. An event that was alone waits for a second then.
   */
  find(error: LockedStageError): Promise<boolean>
}

export function createHeldLocks(pool: Pool): HeldLocks {
  const rows = new Map<string, HeldRow>()
  const stages = new Map<Stage, HeldStage>()
  const blind = new Map<string, Blind>()
  const locksOfEvents = new Map<string, Held>()
  let isLooking = false

  function waitFor(held: Held, id: string): LockWait {
    if (held.events.size < EVENTS_MAX && locksOfEvents.get(id) !== held) {
      locksOfEvents.get(id)?.events.delete(id)
      locksOfEvents.set(id, held)
      held.events.add(id)
    }
    return waitOf(held)
  }

  function release(held: Held): void {
    for (const id of held.events) locksOfEvents.delete(id)
  }

  function lockFor(event: Decided): LockWait | undefined {
    const known = lockOf(event.row.id)
    if (known || rows.size + stages.size === 0) return known
    for (const held of stages.values()) if (isConcerned(held.stage, event)) return waitFor(held, event.row.id)
    if (rows.size === 0) return undefined
    const subjects = subjectsOf(event)
    for (const held of rows.values())
      if (held.subjects.some((one) => subjects.includes(one))) return waitFor(held, event.row.id)
    return undefined
  }

  function lockOf(id: string): LockWait | undefined {
    const held = locksOfEvents.get(id)
    return held && waitOf(held)
  }

  async function find(error: LockedStageError): Promise<boolean> {
    const isFound = (await findRows(error)) || (await findStage(error))
    if (!isFound && error.concerned.length === 1) waitBlindly(error)
    if (!isLooking) lookSoon()
    return isFound
  }

  async function findRows(error: LockedStageError): Promise<boolean> {
    if (!error.isExact) return false
    const { table, column } = error.rows
    const locked = await findLockedRows(pool, error.rows).catch(ignoreLocks)
    for (const { key, ...holder } of locked ?? []) {
      const customers = error.customersOf?.get(key)
      const subjects = customers ? [...customers].map((id) => subject('customers', id)) : [subject(table, key)]
      const name = subject(table, key)
      const found = { table, column, key, subjects, since: performance.now(), events: new Set<string>(), ...holder }
      const held = rows.get(name) ?? found // only a lock in `rows` is looked at, and released
      rows.set(name, held)
      const [only, ...others] = error.concerned
      if (only && others.length === 0) waitFor(held, only.row.id)
    }
    return error.concerned.some(lockFor)
  }

  async function findStage({ stage, concerned }: LockedStageError): Promise<boolean> {
    const locked = await findLockedTables(pool)
    const [first] = locked
    if (!first || concerned.length === 0) return false
    const [table, holder] = locked.has(stage) ? [stage, locked.get(stage) as Holder] : first
    const held = {
      stage,
      tables: namesOf(locked),
      table,
      since: performance.now(),
      events: new Set<string>(),
      ...holder,
    }
    const before = stages.get(stage)
    if (before) release(before)
    stages.set(stage, before ? { ...held, since: before.since } : held)
    return true
  }

  function waitBlindly({ rows: { table }, concerned }: LockedStageError): void {
    for (const { row } of concerned) {
      const now = performance.now()
      const held = {
        table,
        since: now,
        until: now + BLIND_MS,
        events: new Set<string>(),
        pid: null,
        applicationName: null,
      }
      blind.set(row.id, held)
      waitFor(held, row.id)
    }
  }

  function lookSoon(): void {
    isLooking = rows.size + stages.size + blind.size > 0
    if (!isLooking) return
    const again = () => look().then(lookSoon, lookSoon) // it fails in an outage
    setTimeout(again, LOOK_MS).unref()
  }

  async function look(): Promise<void> {
    for (const [id, held] of blind) if (performance.now() >= held.until) drop(blind, id)
    if (stages.size > 0) await lookAtStages()
    const all = [...rows.values()]
    for (const name of new Set(all.map(({ table }) => table)))
      await lookAtRows(
        name,
        all.filter(({ table }) => table === name),
      )
  }

  async function lookAtStages(): Promise<void> {
    const tables = namesOf(await findLockedTables(pool))
    for (const [stage, held] of stages) if (held.tables !== tables) drop(stages, stage)
  }

  async function lookAtRows(table: string, some: HeldRow[]): Promise<void> {
    const [{ column } = { column: '' }] = some
    const locked = await findLockedRows(pool, { table, column, keys: some.map(({ key }) => key) }).catch(ignoreLocks)
    if (!locked) return
    const keys = new Set(locked.map(({ key }) => key))
    for (const { key } of some) if (!keys.has(key)) drop(rows, subject(table, key))
  }

  function drop<Key, One extends Held>(all: Map<Key, One>, key: Key): void {
    const held = all.get(key)
    if (held) release(held)
    all.delete(key)
  }

  return { lockOf, lockFor, find }
}

const waitOf = ({ table, pid, applicationName, since }: Held): LockWait => ({
  table,
  pid,
  applicationName,
  heldMs: performance.now() - since,
})

const namesOf = (locked: ReadonlyMap<string, unknown>): string => [...locked.keys()].sort().join()

/** The table is locked as a whole. */
function ignoreLocks(error: unknown): undefined {
  if (sqlState(error) !== LOCK_IS_HELD) throw error
}
