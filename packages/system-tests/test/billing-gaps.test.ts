import { describe, expect, test } from '@jest/globals'
import { LIFECYCLES, type LifecycleName, type Step, shuffle } from '@sluice/simulator'
import { type Arrivals, commitInBatches, insertUsers, lifeOf, withDatabase, withNoise } from './billing-deliveries.ts'
import { moneyTold } from './billing-money.ts'
import { type State, statesOf } from './billing-state.ts'

const NAMES = Object.keys(LIFECYCLES) as LifecycleName[]
const SEED = process.env['ORDERS_SEED'] ?? 'any gap'
const ORDERS = 3
const BATCH_SIZE = 7

/** Guarantees that an event that never comes costs what it would have told, and makes nothing up. */
describe(`one event is missing (ORDERS_SEED='${SEED}')`, () => {
  test.each(NAMES)('no wrong money, no effect twice, one state: %s', (name) =>
    withDatabase(async (owner, worker) => {
      const { steps } = LIFECYCLES[name]
      const whole = lifeOf(`${SEED}:${name}`, steps)
      const gaps = steps.slice(1, -1).map((_, index) => livesWithout(index + 1, name, steps))
      const lives = gaps.flat()
      await insertUsers(owner, [whole, ...lives])

      const deliveries = await commitInBatches(worker, [whole, ...lives], BATCH_SIZE)

      const states = await statesOf(owner, [whole, ...lives])
      const all = effectsIn(states.get(whole.ending))
      for (const [index, orders] of gaps.entries()) {
        const missing = steps[index + 1]
        const [expected] = orders.map(({ ending }) => states.get(ending))
        for (const life of orders) {
          const state = states.get(life.ending)
          expect({ missing, state }).toEqual({ missing, state: expected })
          expect({ missing, money: moneyIn(state) }).toEqual({ missing, money: moneyTold(life) })
          expect(all).toEqual(expect.arrayContaining(effectsIn(state)))
        }
      }
      console.log(`${name}: ${gaps.length} gaps in ${ORDERS} orders each, ${deliveries} deliveries`)
    }),
  )
})

/** The life without the event of that step, as it happened and in other orders. */
function livesWithout(position: number, name: string, steps: readonly Step[]): Arrivals[] {
  return Array.from({ length: ORDERS }, (_, order) => {
    const seed = `${SEED}:${name}:${position}:${order}`
    const { ending, events } = lifeOf(seed, steps)
    const told = events.filter((_, index) => index !== position)
    return { ending, events: withNoise(order === 0 ? told : shuffle(told, seed), 'anywhere', seed) }
  })
}

interface Entry {
  entry_key: string
  account: string
  direction: 'debit' | 'credit'
  amount: number
}

/** What each entry moves, as `debit < credit amount`. */
function moneyIn(state: State = {}): Record<string, string> {
  const entries = state['ledger_entries'] as Entry[]
  const keys = [...new Set(entries.map(({ entry_key }) => entry_key))].sort()
  return Object.fromEntries(keys.map((key) => [key, movementOf(entries.filter(({ entry_key }) => entry_key === key))]))
}

/** @throws when it has not two sides of one amount. */
function movementOf(rows: Entry[]): string {
  const debit = rows.find(({ direction }) => direction === 'debit')
  const credit = rows.find(({ direction }) => direction === 'credit')
  if (!debit || !credit || rows.length !== 2) throw new Error(`an entry has ${rows.length} sides`)
  if (debit.amount !== credit.amount) throw new Error('an entry is not balanced')
  return `${debit.account} < ${credit.account} ${debit.amount}`
}

const effectsIn = (state: State = {}): string[] =>
  (state['outbox_messages'] as Array<{ key: string }>).map(({ key }) => key)
