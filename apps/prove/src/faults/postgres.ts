import { setTimeout as pause } from 'node:timers/promises'
import { connect } from '@sluice/database/pool'
import pg from 'pg'
import type { Fault, FaultContext } from '../fault.ts'
import { BUDGET } from './budgets.ts'

const APPS = `application_name ~ '^sluice-(ingest|worker)'`

export const postgres: Fault[] = [
  {
    id: 'F27',
    title: 'Postgres crashes and starts again',
    seconds: 1,
    budgetSeconds: BUDGET.postgresBack,
    inject: async ({ postgres }) => {
      await postgres.crash()
      return () => postgres.start()
    },
  },
  {
    id: 'F28',
    title: 'Postgres is down for 20 s',
    seconds: 20,
    budgetSeconds: BUDGET.postgresBack,
    inject: async ({ postgres }) => {
      await postgres.stop()
      return () => postgres.start()
    },
  },
  {
    id: 'F28b',
    title: 'Postgres answers nothing for 15 s',
    seconds: 15,
    budgetSeconds: BUDGET.postgresBack,
    inject: async ({ postgres }) => {
      postgres.freeze()
      return async () => postgres.thaw()
    },
  },
  {
    id: 'F29',
    title: 'Postgres ends connections, five a second for 6 s',
    budgetSeconds: BUDGET.postgresBack,
    inject: async ({ query }) => {
      for (let time = 0; time < 30; time += 1) {
        await query(
          `SELECT pg_terminate_backend(pid) FROM
            (SELECT pid FROM pg_stat_activity WHERE ${APPS} ORDER BY random() LIMIT 1) AS one`,
        )
        await pause(200)
      }
    },
  },
  {
    id: 'F30',
    title: 'Somebody locks the same rows in another order, for 6 s',
    budgetSeconds: BUDGET.postgresBack,
    inject: async (context) => {
      await Promise.all([lockAtRandom(context), lockAtRandom(context)])
    },
  },
  {
    id: 'F31',
    title: 'Others hold all of Postgres’ connections for 8 s',
    seconds: 8,
    budgetSeconds: BUDGET.postgresBack,
    inject: async ({ postgres }) => {
      const hogs = await holdAll(postgres.roleUrl('sluice_board'))
      return async () => {
        await Promise.all(hogs.map((hog) => hog.end()))
      }
    },
  },
  {
    id: 'F32',
    title: 'Somebody locks the table of payments for 8 s',
    seconds: 8,
    budgetSeconds: BUDGET.postgresBack,
    inject: async ({ postgres }) => {
      const client = new pg.Client({ connectionString: postgres.url })
      await client.connect()
      await client.query('BEGIN; LOCK TABLE payments IN ACCESS EXCLUSIVE MODE')
      return () => client.end()
    },
  },
]

/** Locks rows that events change, one by one, as a job of the host application might. */
async function lockAtRandom({ postgres }: FaultContext): Promise<void> {
  const pool = connect(postgres.url, { max: 1 })
  const client = await pool.connect()
  try {
    for (const end = Date.now() + 6_000; Date.now() < end; ) {
      const { rows } = await client.query('SELECT stripe_customer_id AS id FROM customers ORDER BY random() LIMIT 12')
      await client.query('BEGIN')
      for (const { id } of rows) {
        const locked = client.query('SELECT 1 FROM customers WHERE stripe_customer_id = $1 FOR UPDATE', [id])
        const isVictim = await locked.then(
          () => false,
          () => true,
        )
        if (isVictim) break
        await pause(30)
      }
      await client.query('ROLLBACK')
    }
  } finally {
    client.release()
    await pool.end()
  }
}

/** Opens connections until Postgres refuses three, so that connections freed meanwhile are taken as well. */
async function holdAll(url: string): Promise<pg.Client[]> {
  const hogs: pg.Client[] = []
  for (let refused = 0; refused < 3; ) {
    const hog = new pg.Client({ connectionString: url })
    hog.on('error', () => {}) // it is ended with the server
    try {
      await hog.connect()
      hogs.push(hog)
    } catch {
      refused += 1
    }
  }
  return hogs
}
