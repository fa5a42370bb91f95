import { expect, test } from '@jest/globals'
import { processed } from '@sluice/events'
import { prismaOf } from '../../src/client.ts'
import { createCommit } from '../../src/commit/index.ts'
import { createInbox } from '../../src/inbox/append.ts'
import { migrate, moveTables } from '../../src/migrate/index.ts'
import { GRANTED, rightsOf } from '../../src/roles.ts'
import type { Placement } from '../../src/sql/placement.ts'
import { adviseMove, connect, type Pool } from '../../src/sql/pool.ts'
import { customer } from '../facts.ts'
import { received } from '../received.ts'
import { sql } from '../sql.ts'
import { withPlainOwner } from './with-plain-owner.ts'

/** A database whose tables are in `public`, with pools of processes that were connected before they are moved. */
const withOldTables = (
  use: (old: { owner: string; placement: Placement; ingest: Pool; worker: Pool; host: Pool }) => Promise<void>,
): Promise<void> =>
  withPlainOwner({ attributes: 'CREATEROLE' }, async ({ admin, owner, placement, asUser }) => {
    await sql(admin, `GRANT CREATE ON SCHEMA public TO ${placement.rolePrefix}owner`)
    await migrate(owner, { ...placement, schema: 'public' })
    const pools = await Promise.all(
      (['ingest', 'worker', 'host'] as const).map(async (role) =>
        connect(await asUser(placement.rolePrefix + role), { max: 2, placement }),
      ),
    )
    const [ingest, worker, host] = pools as [Pool, Pool, Pool]
    try {
      await use({ owner, placement, ingest, worker, host })
    } finally {
      await Promise.all(pools.map((pool) => pool.end()))
    }
  })

/** An event from the request to its row, through prepared statements and through Prisma. */
async function take(number: number, { ingest, worker }: { ingest: Pool; worker: Pool }): Promise<void> {
  expect(await createInbox(ingest).append(received(`evt_${number}`))).toMatchObject({ duplicate: false })
  const row = await prismaOf(worker).webhookEvent.findFirstOrThrow({ where: { eventId: `evt_${number}` } })
  const decide = () => processed([customer({ customerId: `cus_${number}` })], [])
  const commit = createCommit(worker, { decide, pastDueIsActive: true, jobWaitSeconds: 0 })
  expect((await commit([String(row.id)])).get(String(row.id))).toMatchObject({ outcome: 'processed' })
  await prismaOf(worker).$transaction((tx) =>
    tx.customer.findUniqueOrThrow({ where: { stripeCustomerId: `cus_${number}` } }),
  )
}

const tablesIn = async (url: string, schema: string): Promise<string[]> => {
  const rows = await sql<{ name: string }>(
    url,
    `SELECT relname AS name FROM pg_class WHERE relnamespace = '${schema}'::regnamespace AND relkind IN ('r', 'S')
      UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = '${schema}'::regnamespace ORDER BY 1`,
  )
  return rows.map(({ name }) => name)
}

test('tables of version 0.1.0 stay in public, and every process finds them there', () =>
  withOldTables(async ({ owner, placement, ...processes }) => {
    const { applied, schema, notes } = await migrate(owner, placement)
    expect({ applied, schema }).toEqual({ applied: [], schema: 'public' })
    expect(notes).toEqual([expect.stringContaining('sluice migrate --move moves them to sluice')])
    await take(1, processes)
    expect(await adviseMove(processes.worker, placement)).toContain('sluice migrate --move')
  }))

test('migrate --move takes all of them along, and connected processes of this version go on', () =>
  withOldTables(async ({ owner, placement, ...processes }) => {
    await sql(owner, `CREATE TABLE public.theirs (user_id text REFERENCES public.users (id))`)
    await sql(owner, `INSERT INTO public._prisma_migrations (id, checksum, migration_name) VALUES ('1', '', 'theirs')`)
    await take(1, processes)
    const before = await tablesIn(owner, 'public')

    expect(await moveTables(owner, placement)).toBe(true)
    await take(2, processes)
    await processes.host.query(`INSERT INTO users (id) VALUES ('user_1')`)
    expect(await sql(owner, 'SELECT user_id FROM sluice.user_changes')).toEqual([{ user_id: 'user_1' }])

    expect(await tablesIn(owner, 'public')).toEqual(['_prisma_migrations', 'theirs'])
    expect(await tablesIn(owner, 'sluice')).toEqual(before.filter((name) => name !== 'theirs'))
    expect(await sql(owner, 'SELECT migration_name FROM public._prisma_migrations')).toEqual([
      { migration_name: 'theirs' },
    ])
    expect(await sql(owner, 'SELECT event_id FROM sluice.webhook_events ORDER BY id')).toEqual([
      { event_id: 'evt_1' },
      { event_id: 'evt_2' },
    ])
    for (const role of ['ingest', 'worker', 'host'] as const)
      expect([...(await rightsOf(processes[role])).rights].sort()).toEqual([...GRANTED[role]].sort())

    expect(await moveTables(owner, placement)).toBe(false)
    expect(await migrate(owner, placement)).toEqual({ applied: [], schema: 'sluice', notes: [] })
    expect(await adviseMove(processes.worker, placement)).toBeUndefined()
  }))

test.each(['sluice-ingest', 'sluice-worker', 'sluice-board'])(
  'nothing is moved while %s of 0.1.0 is connected',
  (name) =>
    withOldTables(async ({ owner, placement, ...processes }) => {
      const old = connect(owner, { max: 1, applicationName: name })
      try {
        await old.query('SELECT 1')
        await expect(moveTables(owner, placement)).rejects.toThrow(`${name} (1 connections)`)
        await take(1, processes)
      } finally {
        await old.end()
      }
      expect(await moveTables(owner, placement)).toBe(true)
    }),
)
