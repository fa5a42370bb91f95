import { setTimeout as pause } from 'node:timers/promises'
import { eventually, subscriptionLife } from '@sluice/testing'
import type { Fault } from '../fault.ts'
import type { World } from '../world/world.ts'
import { BUDGET } from './budgets.ts'
import { unheardOf } from './extra-events.ts'

const QUICK = { EVENT_ATTEMPTS: '3', EVENT_BACKOFF_MS: '100', HANDLER_TIMEOUT_MS: '3000' }

/** Two deaths of the ones that ran it with others, two more of the ones that ran it alone. */
const QUARANTINED_MS = 150_000
const DEATHS_MAX = 5

interface Poison extends Pick<Fault, 'id' | 'title'> {
  type: string
  /** With which the dead letter's text begins. */
  cause: string
}

/** One bad event among good ones: it ends as a dead letter that says why, and its neighbours do not notice for long. */
const poisonous = ({ id, title, type, cause }: Poison): Fault => ({
  id,
  title,
  env: QUICK,
  budgetSeconds: BUDGET.deadWorker,
  deadLetters: [`evt_${type}`],
  inject: async ({ traffic, workers, query, wrong }) => {
    await traffic.send(unheardOf(type, `evt_${type}`))
    const letter = await eventually(async () => {
      const [row] = await query<{ error: string }>('SELECT error FROM webhook_dead_letters')
      if (!row) throw new Error('there is no dead letter')
      return row.error
    }, QUARANTINED_MS).catch(() => 'none')
    if (!letter.startsWith(cause)) wrong.push(`the dead letter says ${letter} instead of ${cause}`)
    const deaths = workers.reduce((sum, { ends }) => sum + ends.length, 0)
    if (deaths > DEATHS_MAX) wrong.push(`${deaths} workers died of it`)
  },
})

export const poison: Fault[] = [
  poisonous({ id: 'F10', title: 'An event kills whoever works on it', type: 'poison.kills', cause: 'crashed' }),
  poisonous({ id: 'F39', title: 'An event always throws', type: 'poison.throws', cause: 'handler_threw' }),
  poisonous({ id: 'F39b', title: 'An event overflows the stack', type: 'poison.overflows', cause: 'handler_threw' }),
  poisonous({ id: 'F40', title: 'An event blocks the loop for ever', type: 'poison.blocks', cause: 'crashed' }),
  {
    id: 'F48',
    title: 'Two thousand events of one customer come among those of all others',
    budgetSeconds: BUDGET.deadWorker,
    inject: async (world) => {
      const spread = await othersWait(world, (index) => `spread ${index}`)
      const hot = await othersWait(world, () => 'hot')
      if (hot > Math.max(2 * spread, 500))
        world.wrong.push(`others waited ${hot} ms, ${spread} ms when it was spread (p99)`)
    },
  },
]

const EXTRA = 2_000
const EXTRA_A_SECOND = 200

/** Sends as many more, of the customers that `ownerOf` names, and returns for how long all other events waited (p99). */
async function othersWait({ traffic, query }: World, ownerOf: (index: number) => string): Promise<number> {
  const from = traffic.journal.length
  const extra = new Set<string>()
  const sending: Promise<unknown>[] = []
  for (let index = 0; index < EXTRA; index += 1) {
    const customerId = `cus_${ownerOf(index).replaceAll(' ', '')}`
    const [event] = subscriptionLife({ seed: `${ownerOf(index)} ${index}`, customerId, steps: ['created'] })
    if (!event) continue
    extra.add(event.id)
    sending.push(traffic.send(event))
    if (index % (EXTRA_A_SECOND / 20) === 0) await pause(50)
  }
  await Promise.all(sending)
  const others = traffic.journal
    .slice(from)
    .filter(({ event, acknowledgedAt }) => acknowledgedAt && !extra.has(event.id))
  const ids = others.map(({ event }) => event.id)
  const rows = await eventually(async () => {
    const done = await query<{ id: string; at: Date }>(
      'SELECT event_id AS id, processed_at AS at FROM webhook_events WHERE event_id = ANY ($1) AND processed_at IS NOT NULL',
      [ids],
    )
    if (done.length < new Set(ids).size) throw new Error('others are not done')
    return done
  }, 60_000)
  const takenAt = new Map(others.map(({ event, acknowledgedAt }) => [event.id, acknowledgedAt ?? 0]))
  const waits = rows.map(({ id, at }) => at.getTime() - (takenAt.get(id) ?? 0)).sort((one, other) => one - other)
  return waits[Math.floor(waits.length * 0.99)] ?? 0
}
