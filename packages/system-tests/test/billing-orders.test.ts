import { describe, expect, test } from '@jest/globals'
import { type LifeName, RECORDED_LIVES, type SentEvent, type Step } from '@sluice/testing'
import type { Pool } from 'pg'
import {
  type Arrivals,
  commitInBatches,
  insertUsers,
  lifeOf,
  NOISES,
  ordersOf,
  randomOrders,
  withDatabase,
  withNoise,
} from './billing-deliveries.ts'
import { statesOf } from './billing-state.ts'

const BATCH_SIZES = [1, 2, 3, 5, 8, 16, 33, 64]
const RANDOM_ORDERS = 48
/** Printed with what failed: another seed gives other orders. */
const SEED = process.env['ORDERS_SEED'] ?? 'any order'

const NAMES = Object.keys(RECORDED_LIVES) as LifeName[]

/** Guarantees that neither order nor repetition of events, nor who shares a transaction with whom, can matter. */
describe(`one state and one set of effects (ORDERS_SEED='${SEED}')`, () => {
  test.each(NAMES)('every order of the six events that matter: %s', (name) =>
    proveOneState(name, RECORDED_LIVES[name].short, ordersOf),
  )

  test.each(NAMES)('random orders of all events: %s', (name) =>
    proveOneState(name, RECORDED_LIVES[name].steps, (events) => randomOrders(events, RANDOM_ORDERS, `${SEED}:${name}`)),
  )
})

type Orders = (positions: number[]) => number[][]

/** Each order is a life of its own, with ids of its own, so that all of them share one database and their batches. */
const proveOneState = (name: string, steps: readonly Step[], ordersIn: Orders) =>
  withDatabase(async (owner, worker) => {
    const orders = ordersIn(steps.map((_, position) => position))
    const lives = orders.map((order, index) => arrive(`${SEED}:${name}:${index}`, steps, order, index))
    await insertUsers(owner, lives)

    const deliveries = await commitInAllSizes(worker, lives)

    const states = await statesOf(owner, lives)
    const [expected] = states.values()
    for (const [index, { ending, events }] of lives.entries()) {
      const told = events.map(({ id, type }) => `${id} ${type}`)
      const size = sizeOf(index)
      expect({ told, size, state: states.get(ending) }).toEqual({ told, size, state: expected })
    }
    console.log(`${name}: ${orders.length} orders of ${steps.length} events, ${deliveries} deliveries`)
  })

function arrive(seed: string, steps: readonly Step[], order: number[], index: number): Arrivals {
  const life = lifeOf(seed, steps)
  const ordered = order.map((position) => life.events[position] as SentEvent)
  return { ...life, events: withNoise(ordered, NOISES[index % NOISES.length] ?? 'none', seed) }
}

const sizeOf = (index: number): number => BATCH_SIZES[index % BATCH_SIZES.length] ?? 1

/** The small batches take as long as all others together: two workers. */
async function commitInAllSizes(worker: Pool, lives: Arrivals[]): Promise<number> {
  const commit = async (sizes: number[]) => {
    let deliveries = 0
    for (const size of sizes) {
      const own = lives.filter((_, index) => sizeOf(index) === size)
      deliveries += await commitInBatches(worker, own, size)
    }
    return deliveries
  }
  const [one, other] = await Promise.all([commit(BATCH_SIZES.slice(0, 1)), commit(BATCH_SIZES.slice(1))])
  return one + other
}
