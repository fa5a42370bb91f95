import { setTimeout as pause } from 'node:timers/promises'
import { eventually } from '@sluice/testing'
import type { Fault } from '../fault.ts'
import { BUDGET } from './budgets.ts'
import { unheardOf } from './extra-events.ts'
import { blameWaiting, waitOf } from './waits.ts'

const QUICK = { EVENT_ATTEMPTS: '3', EVENT_BACKOFF_MS: '100', HANDLER_TIMEOUT_MS: '3000' }

/** Two deaths of the ones that ran it with others, two more of the ones that ran it alone. */
const QUARANTINED_MS = 150_000
const DEATHS_MAX = 5
/** How long others are watched before it comes. */
const USUAL_MS = 5_000

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
  inject: async (world) => {
    const { traffic, workers, query, wrong } = world
    const first = traffic.journal.length
    await pause(USUAL_MS)
    const last = traffic.journal.length
    await traffic.send(unheardOf(type, `evt_${type}`))
    const letter = await eventually(async () => {
      const [row] = await query<{ error: string }>('SELECT error FROM webhook_dead_letters')
      if (!row) throw new Error('there is no dead letter')
      return row.error
    }, QUARANTINED_MS).catch(() => 'none')
    if (!letter.startsWith(cause)) wrong.push(`the dead letter says ${letter} instead of ${cause}`)
    const deaths = workers.reduce((sum, { ends }) => sum + ends.length, 0)
    if (deaths > DEATHS_MAX) wrong.push(`${deaths} workers died of it`)
    world.whenCalm.push(async () => {
      const others = traffic.journal.slice(last).filter(({ event }) => event.type !== type)
      blameWaiting(world, await waitOf(world, traffic.journal.slice(first, last)), await waitOf(world, others))
    })
  },
})

export const poison: Fault[] = [
  poisonous({ id: 'F10', title: 'An event kills whoever works on it', type: 'poison.kills', cause: 'crashed' }),
  poisonous({ id: 'F39', title: 'An event always throws', type: 'poison.throws', cause: 'handler_threw' }),
  poisonous({ id: 'F39b', title: 'An event overflows the stack', type: 'poison.overflows', cause: 'handler_threw' }),
  poisonous({ id: 'F40', title: 'An event blocks the loop for ever', type: 'poison.blocks', cause: 'crashed' }),
]
