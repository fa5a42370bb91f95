import type { SentEvent } from '@sluice/simulator'
import { eventually } from '@sluice/testing'
import pg from 'pg'
import type { Fault, FaultContext } from '../fault.ts'
import { hostRowsOf, lifecycleOf, sendInTurn } from '../load/special-events.ts'
import { askRedis } from '../stack/ask-redis.ts'
import { BUDGET } from './budgets.ts'
import { unknownEvent } from './extra-events.ts'

const STRANGER = 'acct_1Stranger0000000'

/** The same event of a connected account, which may choose every id but that of the event. */
const ofStranger = (event: SentEvent): SentEvent => {
  const id = `${event.id}x`
  return { ...event, id, body: JSON.stringify({ ...JSON.parse(event.body), id, account: STRANGER }, null, 2) }
}

const roleOf = async ({ query }: FaultContext, userId: string): Promise<string | undefined> =>
  (await query<{ role: string }>('SELECT role FROM users WHERE id = $1', [userId]))[0]?.role

async function expectRole(context: FaultContext, userId: string, role: string): Promise<void> {
  const found = await roleOf(context, userId)
  if (found !== role) context.problems.push(`${userId} is ${found} instead of ${role}`)
}

const SUBSCRIBED = ['created', 'activated', 'checkout', 'paid', 'payment_succeeded'] as const

export const boundaries: Fault[] = [
  {
    id: 'F70',
    title: 'A connected account that nobody named subscribes for a user of the host',
    budgetSeconds: BUDGET.redisBack,
    hostRows: hostRowsOf('f70', 1),
    inject: async (context) => {
      await sendInTurn(context, lifecycleOf('f70', 0, undefined, SUBSCRIBED).map(ofStranger))
      context.afterRecovery.push(() => expectRole(context, 'user_f700', 'FREE'))
      return undefined
    },
  },
  {
    id: 'F70c',
    title: 'Somebody subscribes in test mode for a user of the host',
    budgetSeconds: BUDGET.redisBack,
    hostRows: hostRowsOf('f70c', 1),
    inject: async (context) => {
      for (const event of lifecycleOf('f70c', 0, undefined, SUBSCRIBED)) await context.traffic.send(event, 'test')
      context.afterRecovery.push(() => expectRole(context, 'user_f70c0', 'FREE'))
      return undefined
    },
  },
  {
    id: 'F70b',
    title: 'A connected account sends events of a customer of the platform',
    budgetSeconds: BUDGET.redisBack,
    hostRows: hostRowsOf('f70b', 2),
    inject: async (context) => {
      const own = lifecycleOf('f70b', 0, undefined, SUBSCRIBED)
      await sendInTurn(context, own, 1)
      await eventually(async () => {
        if ((await roleOf(context, 'user_f70b0')) !== 'PREMIUM') throw new Error('the user is not PREMIUM')
      }, 30_000)
      const ended = lifecycleOf('f70b', 0, undefined, [...SUBSCRIBED, 'canceling', 'deleted']).map(ofStranger)
      const moved = ended.map((event) => ({ ...event, body: event.body.replaceAll('user_f70b0', 'user_f70b1') }))
      await sendInTurn(context, moved, 1)
      context.afterRecovery.push(
        () => expectRole(context, 'user_f70b0', 'PREMIUM'),
        () => expectRole(context, 'user_f70b1', 'FREE'),
      )
      return undefined
    },
  },
  {
    id: 'F71',
    title: 'Somebody who can write to Redis copies a job with a body, and changes its event',
    budgetSeconds: BUDGET.postgresBack,
    inject: async (context) => {
      const { postgres, traffic, query, redis } = context
      await postgres.stop()
      const genuine = unknownEvent('sluice.proof', 'evt_genuine')
      await traffic.send(genuine)
      await forge(redis.url, 'stripe-evt_genuine', (text) => text.replaceAll('evt_genuine', 'evt_forged'))
      await postgres.start()
      context.afterRecovery.push(async () => {
        const rows = await query(`SELECT 1 FROM webhook_events WHERE event_id LIKE 'evt_forged%'`)
        if (rows.length > 0) context.problems.push('the forged event was recorded')
        await removeForged(redis.url) // it is kept for operators
      })
      return undefined
    },
  },
  {
    id: 'F77',
    title: 'Somebody with the rights of ingest locks every customer, and of board and worker reads the host’s columns',
    sparesOthers: true,
    budgetSeconds: BUDGET.redisBack,
    inject: async (context) => {
      const { query, postgres, problems } = context
      await query('ALTER TABLE users ADD COLUMN password_hash text')
      for (const role of ['sluice_board', 'sluice_worker'] as const) {
        if (await mayRun(postgres.roleUrl(role), 'SELECT password_hash FROM users')) problems.push(`${role} reads it`)
      }
      const locks = [
        'pg_advisory_lock(1)',
        'pg_advisory_xact_lock(1)',
        'pg_try_advisory_lock(1)',
        'pg_advisory_lock_shared(1)',
      ]
      for (const lock of locks)
        if (await mayRun(postgres.roleUrl('sluice_ingest'), `SELECT ${lock}`))
          problems.push(`sluice_ingest may use ${lock}`)
      await query('ALTER TABLE users DROP COLUMN password_hash')
      return undefined
    },
  },
]

async function mayRun(url: string, sql: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await client.query(sql).then(
      () => true,
      () => false,
    )
  } finally {
    await client.end()
  }
}

const removeForged = (url: string): Promise<void> =>
  askRedis(url, async (redis) => {
    const [key] = await redis.keys('*:webhook-events:stripe-evt_forged')
    if (key) await redis.del(key)
  })

/** Copies a waiting job under a new id, with another body. */
async function forge(url: string, jobId: string, change: (text: string) => string): Promise<void> {
  await askRedis(url, async (redis) => {
    const key = await eventually(async () => {
      const [found] = await redis.keys(`*:webhook-events:${jobId}`)
      if (!found) throw new Error('there is no job')
      return found
    }, 10_000)
    const job = await redis.hgetall(key)
    const data = JSON.parse(job['data'] ?? '{}')
    const body = change(Buffer.from(data.event.rawBody, 'base64').toString())
    const event = { ...data.event, rawBody: Buffer.from(body).toString('base64') }
    const forged = change(JSON.stringify({ ...data, event }))
    const queue = key.slice(0, -jobId.length)
    await redis.hset(`${queue}${change(jobId)}`, { ...job, data: forged })
    await redis.lpush(`${queue}wait`, change(jobId))
  })
}
