import { setTimeout as pause } from 'node:timers/promises'
import { LIFECYCLES, type SentEvent, shuffle, subscriptionLifecycle, withDuplicates } from '@sluice/simulator'
import type { Fault } from '../fault.ts'
import type { World } from '../world/world.ts'
import { BUDGET } from './budgets.ts'

/** 120 orders of five events, all of which come; of longer lives as many as are not too many. */
const ALL_ORDERS_OF = 5
const RANDOM_ORDERS = 12
const LIVES_A_SECOND = 15
/** Every third event comes twice. */
const COPIES = 1 / 3

export const orders: Fault[] = [
  {
    id: 'F38',
    title: 'Lives of customers come in every order, and parts of them twice',
    budgetSeconds: BUDGET.deadWorker,
    inject: async (world) => {
      const sending: Promise<void>[] = []
      for (const [name, { short }] of Object.entries(LIFECYCLES)) {
        const positions = short.map((_, position) => position)
        const all = positions.length <= ALL_ORDERS_OF ? ordersOf(positions) : randomOrders(positions, name)
        for (const [index, order] of all.entries()) {
          const seed = `${name} ${index}`
          const events = subscriptionLifecycle({ seed, email: 'orders@example.com', steps: short })
          world.told.push(...events)
          sending.push(tell(world, events, order, seed))
          await pause(1_000 / LIVES_A_SECOND)
        }
      }
      await Promise.all(sending)
      world.notes.push(`${sending.length} lives, each in an order of its own`)
    },
  },
]

/** One after the other: the next is sent when the one before it was answered. */
async function tell({ traffic }: World, events: SentEvent[], order: number[], seed: string): Promise<void> {
  const inOrder = order.flatMap((position) => events[position] ?? [])
  for (const event of withDuplicates(inOrder, COPIES, seed)) await traffic.send(event)
}

const randomOrders = (positions: number[], seed: string): number[][] =>
  Array.from({ length: RANDOM_ORDERS }, (_, index) => shuffle(positions, `${seed} ${index}`))

/** All orders of a list, the one that it has first. */
export function ordersOf<T>(list: readonly T[]): T[][] {
  if (list.length === 0) return [[]]
  return list.flatMap((first, index) => ordersOf(list.toSpliced(index, 1)).map((rest) => [first, ...rest]))
}
