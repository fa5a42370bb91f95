import { expect, test } from '@jest/globals'
import { type Commit, createCommit } from '@sluice/database/commit'
import { LIFECYCLES, type LifecycleName, shuffle } from '@sluice/simulator'
import type { Pool } from 'pg'
import { append, insertUsers, lifeOf, RULES, withDatabase } from './billing-deliveries.ts'
import { statesOf } from './billing-state.ts'

const NAMES = Object.keys(LIFECYCLES) as LifecycleName[]
const LIVES = 12
const WORKERS = 4

/** Guarantees that two transactions that tell of one thing at the same moment see each other. */
test.each(NAMES)('workers that commit a life all at once leave what one leaves: %s', (name) =>
  withDatabase(async (owner, worker) => {
    const lives = Array.from({ length: LIVES }, (_, index) => lifeOf(`${name}:${index}`, LIFECYCLES[name].steps))
    await insertUsers(owner, lives)

    for (const [index, { events }] of lives.entries()) {
      const ids = await append(worker, shuffle(events, index))
      await (index === 0 ? commitAlone(worker, ids) : commitAtOnce(worker, ids))
    }

    const states = await statesOf(owner, lives)
    const [expected] = states.values()
    for (const { ending } of lives) expect(states.get(ending)).toEqual(expected)
  }),
)

const commitAlone = (pool: Pool, ids: string[]) => commitEach(createCommit(pool, RULES), ids)

/** Each worker wants every event, and begins elsewhere: so they meet at the same rows, and at others of the same life. */
const commitAtOnce = (pool: Pool, ids: string[]) =>
  Promise.all(
    Array.from({ length: WORKERS }, (_, worker) => {
      const start = Math.floor((worker * ids.length) / WORKERS)
      return commitEach(createCommit(pool, RULES), [...ids.slice(start), ...ids.slice(0, start)])
    }),
  )

/** One by one; what another holds goes to the end of the line. */
async function commitEach(commit: Commit, ids: string[]): Promise<void> {
  const waiting = [...ids]
  for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
    const settled = (await commit([id])).get(id)
    if (settled?.outcome === 'busy') waiting.push(id)
    else expect(['processed', 'settled']).toContain(settled?.outcome)
  }
}
