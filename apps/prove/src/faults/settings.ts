import type { SentEvent } from '@sluice/simulator'
import type { Clear, Fault, FaultContext } from '../fault.ts'
import { hostRowsOf, lifecycleOf, sendInTurn } from '../load/special-events.ts'
import { allSay, ask, metric } from '../stack/ask-app.ts'
import { BUDGET } from './budgets.ts'

const RECONNECT = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE application_name ~ '^sluice-(ingest|worker)'`

/** Gives the database a setting of its own, which every new connection gets. */
async function setDatabase({ query, postgres }: FaultContext, name: string, value: string): Promise<Clear> {
  const database = new URL(postgres.url).pathname.slice(1)
  await query(`ALTER DATABASE ${database} SET ${name} = '${value}'`)
  await query(RECONNECT)
  return async () => {
    await query(`ALTER DATABASE ${database} RESET ${name}`)
    await query(RECONNECT)
  }
}

const PAIRS = 40

/** Both subscriptions of a user end at the same moment, each under a customer of its own. */
async function endInPairs(context: FaultContext): Promise<void> {
  const steps = ['created', 'activated', 'checkout', 'paid', 'payment_succeeded', 'canceling', 'deleted'] as const
  const pairs = Array.from({ length: PAIRS }, (_, index) =>
    [0, 1].map((one) => {
      const user = (body: string) => body.replaceAll(`f81${index}s${one}`, `f81${index}`)
      return lifecycleOf(`f81${index}s`, one, user, steps)
    }),
  )
  const all = pairs.flat()
  await sendInTurn(
    context,
    all.flatMap((events) => events.slice(0, -1)),
    16,
  )
  const ends = all.flatMap((events): SentEvent[] => events.slice(-1))
  await Promise.all(ends.map((event) => context.traffic.send(event)))
  context.afterRecovery.push(async () => {
    const left = await context.query(`SELECT id FROM users WHERE id LIKE 'user_f81%' AND role <> 'FREE'`)
    if (left.length > 0) context.problems.push(`${left.length} of ${PAIRS} users are PREMIUM though all has ended`)
  })
}

const SERVER_STATES = ['55000', '26000', '0A000']

export const settings: Fault[] = [
  {
    id: 'F72',
    title: 'Postgres is read-only for 20 s',
    seconds: 0,
    budgetSeconds: BUDGET.postgresBack,
    inject: async (context) => {
      const set = async (value: string) => {
        await context.query(`ALTER SYSTEM SET default_transaction_read_only = ${value}`)
        await context.query('SELECT pg_reload_conf()')
      }
      await set('on')
      const wrong = await Promise.all([
        allSay(context.workers, 'Postgres is down, in webhook_store_up', async (app) => {
          return (await metric(app, 'webhook_store_up', 'store="postgres"')) === 0
        }),
        allSay(context.workers, 'it is not ready', async (app) => (await ask(app, '/readyz')).status === 503),
      ])
      context.problems.push(...wrong.flat())
      return () => set('off')
    },
  },
  {
    id: 'F79',
    title: 'Postgres refuses to append with errors of the server (55000, 26000, 0A000) for 8 s',
    seconds: 8,
    budgetSeconds: BUDGET.postgresBack,
    inject: async ({ query }) => {
      await query(`
        CREATE FUNCTION prove_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
          BEGIN RAISE EXCEPTION 'not now'
            USING ERRCODE = ('{${SERVER_STATES.join(',')}}'::text[])[1 + floor(random() * ${SERVER_STATES.length})::int]; END $$;
        CREATE TRIGGER prove_refuse BEFORE INSERT ON webhook_events EXECUTE FUNCTION prove_refuse()`)
      return async () => {
        await query('DROP TRIGGER prove_refuse ON webhook_events')
      }
    },
  },
  {
    id: 'F80',
    title: 'The database writes dates as in Germany',
    seconds: 8,
    budgetSeconds: BUDGET.postgresBack,
    inject: (context) => setDatabase(context, 'datestyle', 'SQL, DMY'),
  },
  {
    id: 'F81',
    title: 'Transactions of the database are REPEATABLE READ, and both subscriptions of forty users end at once',
    seconds: 3,
    budgetSeconds: BUDGET.postgresBack,
    hostRows: {
      users: Array.from({ length: PAIRS }, (_, index) => ({
        id: `user_f81${index}`,
        email: `f81${index}@example.com`,
      })),
    },
    inject: async (context) => {
      const clear = await setDatabase(context, 'default_transaction_isolation', 'repeatable read')
      await endInPairs(context)
      return clear
    },
  },
  {
    id: 'F82',
    title: 'Subscriptions have a quantity of three billion',
    budgetSeconds: BUDGET.redisBack,
    hostRows: hostRowsOf('f82', 2),
    inject: async (context) => {
      const many = (body: string) => body.replaceAll('"quantity": 1', '"quantity": 3000000000')
      await sendInTurn(
        context,
        [0, 1].flatMap((index) => lifecycleOf('f82', index, many)),
      )
      return undefined
    },
  },
]
