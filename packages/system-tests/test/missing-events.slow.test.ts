import { describe, expect, test } from '@jest/globals'
import { LIFECYCLES, type LifecycleName, type Step, shuffle } from '@sluice/simulator'
import { type State, statesOf } from './support/billing-state.ts'
import { expectedMoney } from './support/expected-money.ts'
import {
  type Arrivals,
  commitInBatches,
  insertUsers,
  lifecycleOf,
  withDatabase,
  withNoise,
} from './support/lifecycle-orders.ts'

const NAMES = Object.keys(LIFECYCLES) as LifecycleName[]
const SEED = process.env['ORDERS_SEED'] ?? 'any gap'
const ORDERS = 3
const BATCH_SIZE = 7

/** Guarantees that a missing event has no effect of its own, and causes no other. */
describe(`a lifecycle with one missing event (ORDERS_SEED='${SEED}')`, () => {
  test.each(NAMES)('books no wrong money, repeats no effect and ends in one state: %s', (name) =>
    withDatabase(async (owner, worker) => {
      const { steps } = LIFECYCLES[name]
      const whole = lifecycleOf(`${SEED}:${name}`, steps)
      const gaps = steps.slice(1, -1).map((_, index) => lifecyclesWithout(index + 1, name, steps))
      const lifecycles = gaps.flat()
      await insertUsers(owner, [whole, ...lifecycles])

      const deliveries = await commitInBatches(worker, [whole, ...lifecycles], BATCH_SIZE)

      const states = await statesOf(owner, [whole, ...lifecycles])
      const all = effectsIn(states.get(whole.ending))
      for (const [index, orders] of gaps.entries()) {
        const missing = steps[index + 1]
        const [expected] = orders.map(({ ending }) => states.get(ending))
        for (const lifecycle of orders) {
          const state = states.get(lifecycle.ending)
          expect({ missing, state }).toEqual({ missing, state: expected })
          expect({ missing, money: moneyIn(state) }).toEqual({ missing, money: expectedMoney(lifecycle) })
          expect(all).toEqual(expect.arrayContaining(effectsIn(state)))
        }
      }
      console.log(`${name}: ${gaps.length} gaps in ${ORDERS} orders each, ${deliveries} deliveries`)
    }),
  )
})

/** The lifecycle without the event of that step, as it happened and in other orders. */
function lifecyclesWithout(position: number, name: string, steps: readonly Step[]): Arrivals[] {
  return Array.from({ length: ORDERS }, (_, order) => {
    const seed = `${SEED}:${name}:${position}:${order}`
    const { ending, events } = lifecycleOf(seed, steps)
    const kept = events.filter((_, index) => index !== position)
    return { ending, events: withNoise(order === 0 ? kept : shuffle(kept, seed), 'anywhere', seed) }
  })
}

interface Entry {
  entry_key: string
  account: string
  direction: 'debit' | 'credit'
  amount: number
}

/** The movement of each entry, as `cash 119 < revenue 100 + tax 19`. */
function moneyIn(state: State = {}): Record<string, string> {
  const entries = state['ledger_entries'] as Entry[]
  const keys = [...new Set(entries.map(({ entry_key }) => entry_key))].sort()
  return Object.fromEntries(keys.map((key) => [key, movementOf(entries.filter(({ entry_key }) => entry_key === key))]))
}

/** @throws when it does not balance. */
function movementOf(rows: Entry[]): string {
  const sides = ['debit', 'credit'].map((side) => rows.filter(({ direction }) => direction === side))
  const sums = sides.map((side) => side.reduce((sum, { amount }) => sum + amount, 0))
  if (sums[0] !== sums[1]) throw new Error('an entry is not balanced')
  const texts = sides.map((side) => side.map(({ account, amount }) => `${account} ${amount}`).sort())
  return texts.map((lines) => lines.join(' + ')).join(' < ')
}

const effectsIn = (state: State = {}): string[] =>
  (state['outbox_messages'] as Array<{ key: string }>).map(({ key }) => key)
