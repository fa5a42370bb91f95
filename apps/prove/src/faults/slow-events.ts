import { eventually } from '@sluice/testing'
import type { Fault } from '../fault.ts'
import { BUDGET } from './budgets.ts'
import { unknownEvent } from './extra-events.ts'

const ID = 'evt_slow'
const DEAD_LETTER_MS = 120_000

export const slowEvents: Fault[] = [
  {
    id: 'F62',
    title: 'An event takes Postgres longer than an attempt may last',
    env: { EVENT_ATTEMPTS: '3', EVENT_BACKOFF_MS: '100', HANDLER_TIMEOUT_MS: '3000' },
    sparesOthers: true,
    budgetSeconds: BUDGET.deadWorker,
    deadLetters: [ID],
    inject: async ({ traffic, query, problems, notes, workers }) => {
      await query(`
        CREATE FUNCTION prove_slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(60); RETURN NEW; END';
        CREATE TRIGGER prove_slow BEFORE UPDATE ON webhook_events FOR EACH ROW
          WHEN (NEW.event_id = '${ID}' AND NEW.status IN ('processed', 'ignored')) EXECUTE FUNCTION prove_slow()`)
      await traffic.send(unknownEvent('sluice.proof', ID))
      const error = await eventually(async () => {
        const [row] = await query<{ error: string }>('SELECT error FROM webhook_dead_letters')
        if (!row) throw new Error('there is no dead letter')
        return row.error
      }, DEAD_LETTER_MS).catch(({ message }) => void problems.push(message))
      notes.push(`the dead letter says ${error}`)
      await query('DROP TRIGGER prove_slow ON webhook_events')
      const pauses = workers.flatMap(({ output }) => output().match(/Postgres outage/g) ?? []).length
      if (pauses > 0) problems.push(`workers took it for an outage of Postgres, ${pauses} times`)
    },
  },
]
