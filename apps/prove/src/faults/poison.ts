import { eventually } from '@sluice/testing'
import type { Fault } from '../fault.ts'
import { BUDGET } from './budgets.ts'
import { unknownEvent } from './extra-events.ts'

const FAST_RETRIES = { EVENT_ATTEMPTS: '3', EVENT_BACKOFF_MS: '100', HANDLER_TIMEOUT_MS: '3000' }

/** Two deaths while it runs beside others, two more while it runs alone. */
const QUARANTINED_MS = 150_000
const DEATHS_MAX = 5

interface Poison extends Pick<Fault, 'id' | 'title'> {
  type: string
  /** Start of the dead letter's error. */
  cause: string
}

/** One bad event among good ones: it becomes a dead letter with its cause, and delays the others only briefly. */
const poisonFault = ({ id, title, type, cause }: Poison): Fault => ({
  id,
  title,
  env: FAST_RETRIES,
  sparesOthers: true,
  budgetSeconds: BUDGET.deadWorker,
  deadLetters: [`evt_${type}`],
  inject: async ({ traffic, workers, query, problems }) => {
    await traffic.send(unknownEvent(type, `evt_${type}`))
    const error = await eventually(async () => {
      const [row] = await query<{ error: string }>('SELECT error FROM webhook_dead_letters')
      if (!row) throw new Error('there is no dead letter')
      return row.error
    }, QUARANTINED_MS).catch(() => 'none')
    if (!error.startsWith(cause)) problems.push(`the dead letter says ${error} instead of ${cause}`)
    const deaths = workers.reduce((sum, { ends }) => sum + ends.length, 0)
    if (deaths > DEATHS_MAX) problems.push(`${deaths} workers died of it`)
  },
})

export const poison: Fault[] = [
  poisonFault({ id: 'F10', title: 'An event kills whoever works on it', type: 'poison.kills', cause: 'crashed' }),
  poisonFault({ id: 'F39', title: 'An event always throws', type: 'poison.throws', cause: 'handler_threw' }),
  poisonFault({ id: 'F39b', title: 'An event overflows the stack', type: 'poison.overflows', cause: 'handler_threw' }),
  poisonFault({ id: 'F40', title: 'An event blocks the loop for ever', type: 'poison.blocks', cause: 'crashed' }),
]
