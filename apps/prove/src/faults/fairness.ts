import { setTimeout as pause } from 'node:timers/promises'
import { subscriptionLifecycle } from '@sluice/simulator'
import type { Fault } from '../fault.ts'
import type { Delivered } from '../load/journal.ts'
import type { World } from '../world/world.ts'
import { BUDGET } from './budgets.ts'
import { blameWaiting, waitOf } from './waits.ts'

const EXTRA = 10_000
const OTHERS = 1_000
const A_SECOND = 150
const SEND_EACH_MS = 50

export const fairness: Fault[] = [
  {
    id: 'F48',
    title: 'Ten thousand events of one customer come among those of a thousand others',
    budgetSeconds: BUDGET.deadWorker,
    inject: async (world) => {
      const usual = await waitOf(world, await sendMany(world, 'spread', (index) => `cus_spread${index}`))
      await waitOf(world, world.traffic.journal) // what is left of it must not be in the way of what comes
      const others = await sendMany(world, 'hot', () => 'cus_hot')
      world.whenCalm.push(async () => blameWaiting(world, usual, await waitOf(world, others)))
    },
  },
]

/**
 * Sends ten thousand events of the customers that `ownerOf` names, at a steady rate, and among them one of each of a
 * thousand others.
 *
 * @returns all that came meanwhile and was none of the ten thousand
 */
async function sendMany({ traffic }: World, name: string, ownerOf: (index: number) => string): Promise<Delivered[]> {
  const from = traffic.journal.length
  const many = new Set<string>()
  const sending: Promise<unknown>[] = []
  const send = (customerId: string, seed: string) => {
    const [event] = subscriptionLifecycle({ seed, customerId, steps: ['created'] })
    if (!event) throw new Error('a life begins with an event')
    sending.push(traffic.send(event))
    return event.id
  }
  const startedAt = performance.now()
  for (let index = 0; index < EXTRA; index += 1) {
    many.add(send(ownerOf(index), `${name} ${index}`))
    if (index % (EXTRA / OTHERS) === 0) send(`cus_${name}other${index}`, `${name} other ${index}`)
    const aheadMs = (index / A_SECOND) * 1_000 - (performance.now() - startedAt)
    if (aheadMs > SEND_EACH_MS) await pause(aheadMs)
  }
  await Promise.all(sending)
  return traffic.journal.slice(from).filter(({ event }) => !many.has(event.id))
}
