import { expect, test } from '@jest/globals'
import { withPostgres } from '@sluice/testing'
import { prismaOf } from '../src/client.ts'
import { connect } from '../src/sql/pool.ts'
import { warmUp } from '../src/warm-up.ts'

/** Guarantees that a process has one set of connections, however it speaks to the database. */
test('Prisma uses the connections of the pool, and none of its own', () =>
  withPostgres(async ({ url }) => {
    const [pool, other] = [connect(url, { max: 2, applicationName: 'one pool' }), connect(url, { max: 1 })]
    try {
      expect(prismaOf(pool)).toBe(prismaOf(pool))
      await Promise.all(Array.from({ length: 8 }, () => prismaOf(pool).$transaction((tx) => tx.user.findMany())))
      const { rows } = await other.query(
        `SELECT count(*)::int AS count FROM pg_stat_activity WHERE application_name = 'one pool'`,
      )
      expect(rows).toEqual([{ count: 2 }])
      await pool.end()
      await expect(prismaOf(pool).user.count()).rejects.toThrow('after calling end on the pool')
    } finally {
      await other.end()
    }
  }))

test('the time limit of the pool holds for statements and for transactions of Prisma', () =>
  withPostgres(async ({ url }) => {
    const pool = connect(url, { max: 1, deadlineMs: 300 })
    const prisma = prismaOf(pool)
    await expect(prisma.$queryRaw`SELECT pg_sleep(20)::text`).rejects.toThrow(/timeout/)
    await expect(
      prisma.$transaction(async (tx) => {
        for (;;) await tx.$queryRaw`SELECT pg_sleep(0.05)::text`
      }),
    ).rejects.toThrow(/timeout for this transaction was 300 ms/)
    await pool.end()
  }))

test('warming up needs no more rights than the worker has', () =>
  withPostgres(async ({ roleUrl }) => {
    const pool = connect(roleUrl('sluice_worker'), { max: 1 })
    await expect(warmUp(pool)).resolves.toBeUndefined()
    await pool.end()
  }))

/** Guarantees that dates on documents are right on a server that is not set to UTC, as most are not. */
test('a time is the same through Prisma and through SQL, whatever zone the database is set to', () =>
  withPostgres(async ({ url }) => {
    const owner = connect(url, { max: 1 })
    await owner.query(`ALTER DATABASE ${new URL(url).pathname.slice(1)} SET timezone = 'Asia/Kolkata'`)
    await owner.end()
    const pool = connect(url, { max: 1 })
    const prisma = prismaOf(pool)
    const occurredAt = new Date('2030-01-31T12:00:00.000Z')
    const event = { provider: 'stripe', eventId: 'evt_1', type: 'x', orderingKey: 'x', occurredAt }
    await prisma.webhookEvent.create({ data: event })
    const { rows } = await pool.query(
      'SELECT occurred_at AS "occurredAt", received_at AS "receivedAt" FROM webhook_events',
    )
    expect(rows).toEqual([{ occurredAt, receivedAt: expect.any(Date) }])
    expect(await prisma.webhookEvent.findFirst({ select: { occurredAt: true, receivedAt: true } })).toEqual(rows[0])
    await pool.end()
  }))
