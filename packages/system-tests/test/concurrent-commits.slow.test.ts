import { setImmediate } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import { type Commit, createCommit } from '@sluice/database/commit'
import { LIFECYCLES, type LifecycleName, shuffle } from '@sluice/simulator'
import type { Pool } from 'pg'
import { statesOf } from './support/billing-state.ts'
import { append, insertUsers, lifecycleOf, RULES, withDatabase } from './support/lifecycle-orders.ts'

const NAMES = Object.keys(LIFECYCLES) as LifecycleName[]
const LIVES = 12
const WORKERS = 4

/** Guarantees that concurrent transactions about one object see each other. */
test.each(NAMES)('concurrent workers leave the same state as a single one: %s', (name) =>
  withDatabase(async (owner, worker) => {
    const lifecycles = Array.from({ length: LIVES }, (_, index) =>
      lifecycleOf(`${name}:${index}`, LIFECYCLES[name].steps),
    )
    await insertUsers(owner, lifecycles)

    for (const [index, { events }] of lifecycles.entries()) {
      const ids = await append(worker, shuffle(events, index))
      await (index === 0 ? commitAlone(worker, ids) : commitAtOnce(worker, ids))
    }

    const states = await statesOf(owner, lifecycles)
    const [expected] = states.values()
    for (const { ending } of lifecycles) expect(states.get(ending)).toEqual(expected)
  }),
)

const commitAlone = (pool: Pool, ids: string[]) => commitEach(createCommit(pool, RULES), ids)

/** Each worker commits every event and begins at another one, so that they meet at the same rows. */
const commitAtOnce = (pool: Pool, ids: string[]) =>
  Promise.all(
    Array.from({ length: WORKERS }, (_, worker) => {
      const start = Math.floor((worker * ids.length) / WORKERS)
      return commitEach(createCommit(pool, RULES), [...ids.slice(start), ...ids.slice(0, start)])
    }),
  )

/**
 * One by one; an event that another worker holds goes to the end of the line. A commit may answer `busy` from memory, and
 * must hear in between that the lock is free.
 */
async function commitEach(commit: Commit, ids: string[]): Promise<void> {
  const waiting = [...ids]
  for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
    const result = (await commit([id])).get(id)
    if (result?.outcome === 'busy') {
      waiting.push(id)
      await setImmediate()
    } else expect(['processed', 'settled']).toContain(result?.outcome)
  }
}
