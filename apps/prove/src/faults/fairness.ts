import { setTimeout as pause } from 'node:timers/promises'
import { subscriptionLifecycle } from '@sluice/simulator'
import type { Fault, FaultContext } from '../fault.ts'
import type { Delivery } from '../load/delivery.ts'
import { BUDGET } from './budgets.ts'
import { p99Wait, reportWait } from './waits.ts'

const EXTRA = 10_000
const OTHERS = 1_000
const A_SECOND = 150
const SEND_EACH_MS = 50

export const fairness: Fault[] = [
  {
    id: 'F48',
    title: 'Ten thousand events of one customer come among those of a thousand others',
    budgetSeconds: BUDGET.deadWorker,
    inject: async (context) => {
      const usual = await p99Wait(context, await sendMany(context, 'spread', (index) => `cus_spread${index}`))
      await p99Wait(context, context.traffic.deliveries) // nothing of the first part may delay the second
      const others = await sendMany(context, 'hot', () => 'cus_hot')
      context.afterRecovery.push(async () => reportWait(context, usual, await p99Wait(context, others)))
    },
  },
]

/**
 * Sends ten thousand events of the customers that `ownerOf` names, at a steady rate, mixed with one event of each of a
 * thousand others.
 *
 * @returns every delivery in that time except the ten thousand
 */
async function sendMany(
  { traffic }: FaultContext,
  name: string,
  ownerOf: (index: number) => string,
): Promise<Delivery[]> {
  const from = traffic.deliveries.length
  const many = new Set<string>()
  const sending: Promise<unknown>[] = []
  const send = (customerId: string, seed: string) => {
    const [event] = subscriptionLifecycle({ seed, customerId, steps: ['created'] })
    if (!event) throw new Error('a lifecycle begins with an event')
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
  return traffic.deliveries.slice(from).filter(({ event }) => !many.has(event.id))
}
