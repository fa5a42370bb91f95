import pg from 'pg'
import type { Clear, Fault, FaultContext } from '../fault.ts'
import { hostRowsOf, lifecycleOf, sendInTurn } from '../load/special-events.ts'
import { BUDGET } from './budgets.ts'

const FEW_ATTEMPTS = { EVENT_ATTEMPTS: '3', EVENT_BACKOFF_MS: '100', EVENT_BACKOFF_MAX_MS: '1000' }
const LOCKED = 'f63'

/** Another session of the host holds a lock; ends with its transaction. */
async function holdLock({ postgres }: FaultContext, sql: string): Promise<Clear> {
  const client = new pg.Client({ connectionString: postgres.url })
  await client.connect()
  await client.query(`BEGIN; ${sql}`)
  return () => client.end()
}

const lockedTable = (id: string, table: string): Fault => ({
  id,
  title: `The host application locks the table of ${table} for 20 s`,
  seconds: 20,
  env: FEW_ATTEMPTS,
  budgetSeconds: BUDGET.postgresBack,
  inject: (context) => holdLock(context, `LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`),
})

export const locks: Fault[] = [
  {
    id: 'F63',
    title: 'The host application locks four rows of users for 20 s',
    seconds: 20,
    env: FEW_ATTEMPTS,
    sparesOthers: true,
    budgetSeconds: BUDGET.postgresBack,
    hostRows: hostRowsOf(LOCKED, 4),
    inject: async (context) => {
      const release = await holdLock(context, `SELECT 1 FROM users WHERE id LIKE 'user_${LOCKED}%' FOR UPDATE`)
      await sendInTurn(
        context,
        [0, 1, 2, 3].flatMap((index) => lifecycleOf(LOCKED, index)),
      )
      return release
    },
  },
  lockedTable('F63b', 'users'),
  lockedTable('F63c', 'customers'),
]
