import { setTimeout as pause } from 'node:timers/promises'
import { LIFECYCLES, type SentEvent, shuffle, subscriptionLifecycle, withDuplicates } from '@sluice/simulator'
import type { Fault, FaultContext } from '../fault.ts'
import { BUDGET } from './budgets.ts'

/** Up to five events every order is sent, which are 120; of longer lifecycles a random sample. */
const ALL_ORDERS_OF = 5
const RANDOM_ORDERS = 12
const LIFECYCLES_A_SECOND = 15
/** Share of events that are sent twice. */
const COPIES = 1 / 3

export const orders: Fault[] = [
  {
    id: 'F38',
    title: 'Lifecycles of customers come in every order, and parts of them twice',
    budgetSeconds: BUDGET.deadWorker,
    inject: async (context) => {
      const sending: Promise<void>[] = []
      for (const [name, { short }] of Object.entries(LIFECYCLES)) {
        const positions = short.map((_, position) => position)
        const all = positions.length <= ALL_ORDERS_OF ? ordersOf(positions) : randomOrders(positions, name)
        for (const [index, order] of all.entries()) {
          const seed = `${name} ${index}`
          const events = subscriptionLifecycle({ seed, email: 'orders@example.com', steps: short })
          context.trueOrder.push(...events)
          sending.push(sendInOrder(context, events, order, seed))
          await pause(1_000 / LIFECYCLES_A_SECOND)
        }
      }
      await Promise.all(sending)
      context.notes.push(`${sending.length} lifecycles, each in an order of its own`)
    },
  },
]

/** Sends each event after the answer to the one before. */
async function sendInOrder(
  { traffic }: FaultContext,
  events: SentEvent[],
  order: number[],
  seed: string,
): Promise<void> {
  const inOrder = order.flatMap((position) => events[position] ?? [])
  for (const event of withDuplicates(inOrder, COPIES, seed)) await traffic.send(event)
}

const randomOrders = (positions: number[], seed: string): number[][] =>
  Array.from({ length: RANDOM_ORDERS }, (_, index) => shuffle(positions, `${seed} ${index}`))

/** Every order of a list, its own first. */
export function ordersOf<T>(list: readonly T[]): T[][] {
  if (list.length === 0) return [[]]
  return list.flatMap((first, index) => ordersOf(list.toSpliced(index, 1)).map((rest) => [first, ...rest]))
}
