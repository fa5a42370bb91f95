import { describe, expect, test } from '@jest/globals'
import { withPostgres } from '@sluice/testing'
import type { Pool } from 'pg'
import { type PrismaClient, prismaOf } from '../../src/client.ts'
import { kindOf, sqlState } from '../../src/sql/error-kind.ts'
import { connect } from '../../src/sql/pool.ts'

const withPrisma = (use: (prisma: PrismaClient, pool: Pool, other: Pool) => Promise<void>, deadlineMs = 30_000) =>
  withPostgres(async ({ url }) => {
    const [pool, other] = [connect(url, { max: 2, deadlineMs }), connect(url, { max: 2 })]
    try {
      await use(prismaOf(pool), pool, other)
    } finally {
      await Promise.all([pool.end(), other.end()])
    }
  })

const errorOf = (query: Promise<unknown>): Promise<unknown> =>
  query.then(
    () => {
      throw new Error('the query succeeded')
    },
    (error: unknown) => error,
  )

/** Guarantees that a failure has the same kind whether a statement went through pg or through Prisma. */
describe('an error of Prisma', () => {
  test('about a key that is there already is about the row', () =>
    withPrisma(async ({ user }) => {
      await user.create({ data: { id: 'user_1' } })
      const error = await errorOf(user.create({ data: { id: 'user_1' } }))
      expect(error).toMatchObject({ code: 'P2002' })
      expect([sqlState(error), kindOf(error)]).toEqual(['23505', 'row'])
    }))

  test('about a constraint that Prisma does not know is about the row', () =>
    withPrisma(async ({ webhookEvent }) => {
      const data = { provider: 'stripe', eventId: 'evt_1', type: 'x', orderingKey: 'x', status: 'no status' }
      const error = await errorOf(webhookEvent.create({ data }))
      expect([sqlState(error), kindOf(error)]).toEqual(['23514', 'row'])
    }))

  test('from raw SQL has the SQLSTATE of Postgres', () =>
    withPrisma(async (prisma) => {
      expect(sqlState(await errorOf(prisma.$queryRaw`SELECT ${'x'}::int`))).toBe('22P02')
      expect(kindOf(await errorOf(prisma.$queryRaw`SELECT * FROM no_such_table`))).toBe('outage')
    }))

  test('about a row that another transaction locks is a conflict', () =>
    withPrisma(async (prisma, _pool, other) => {
      await prisma.user.create({ data: { id: 'user_1' } })
      const blocker = await other.connect()
      await blocker.query('BEGIN; SELECT FROM users FOR UPDATE')
      const update = prisma.$transaction(async (tx) => {
        await tx.$executeRaw`SET LOCAL lock_timeout = '50ms'`
        await tx.user.update({ where: { id: 'user_1' }, data: { email: 'a@example.com' } })
      })
      const error = await errorOf(update).finally(() => blocker.release(true))
      expect([sqlState(error), kindOf(error)]).toEqual(['55P03', 'conflict'])
    }))

  test('about a deadlock is a conflict', () =>
    withPrisma(async (prisma) => {
      await prisma.user.createMany({ data: [{ id: 'user_1' }, { id: 'user_2' }] })
      let begun = 0
      let bothBegan = () => {}
      const bothHoldOne = new Promise<void>((resolve) => {
        bothBegan = resolve
      })
      const updateBoth = (first: string, second: string) =>
        prisma.$transaction(async (tx) => {
          await tx.user.update({ where: { id: first }, data: { email: 'a@example.com' } })
          begun += 1
          if (begun === 2) bothBegan()
          await bothHoldOne
          await tx.user.update({ where: { id: second }, data: { email: 'a@example.com' } })
        })
      const settled = await Promise.allSettled([updateBoth('user_1', 'user_2'), updateBoth('user_2', 'user_1')])
      const failed = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
      expect(failed.map((error) => [sqlState(error), kindOf(error)])).toEqual([['40P01', 'conflict']])
    }))

  test('about a connection that was closed is an outage, and the pool has another one', () =>
    withPrisma(async (prisma) => {
      const error = await errorOf(prisma.$queryRaw`SELECT pg_terminate_backend(pg_backend_pid())`)
      expect(kindOf(error)).toBe('outage')
      expect(await prisma.user.count()).toBe(0)
    }))

  test('about a connection that was closed within a transaction is an outage', () =>
    withPrisma(async (prisma, _pool, other) => {
      const error = await errorOf(
        prisma.$transaction(async (tx) => {
          const [row] = await tx.$queryRaw<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`
          await other.query('SELECT pg_terminate_backend($1)', [row?.pid])
          await tx.user.count()
        }),
      )
      expect(kindOf(error)).toBe('outage')
      expect(await prisma.user.count()).toBe(0)
    }))

  test('about a server that cannot be reached is an outage', async () => {
    const pool = connect('postgresql://sluice@127.0.0.1:1/sluice', { max: 1 })
    const error = await errorOf(prismaOf(pool).user.count())
    expect(error).toMatchObject({ code: 'P1001' })
    expect(kindOf(error)).toBe('outage')
    expect(kindOf(await errorOf(prismaOf(pool).$queryRaw`SELECT 1`))).toBe('outage')
    await pool.end()
  })

  test('about a socket file that is missing while Postgres restarts is an outage', async () => {
    const pool = connect('postgresql://sluice@/sluice?host=/tmp/no-such-folder', { max: 1 })
    expect(kindOf(await errorOf(prismaOf(pool).user.count()))).toBe('outage')
    expect(kindOf(await errorOf(prismaOf(pool).$queryRaw`SELECT 1`))).toBe('outage')
    await pool.end()
  })

  test('about a pool without a free connection is an outage', () =>
    withPrisma(async (prisma, pool) => {
      const busy = await Promise.all([pool.connect(), pool.connect()])
      try {
        expect(kindOf(await errorOf(prisma.user.count()))).toBe('outage')
        expect(kindOf(await errorOf(prisma.$transaction(async (tx) => tx.user.count())))).toBe('outage')
      } finally {
        for (const client of busy) client.release()
      }
    }, 200))

  test('about a transaction that took too long is an outage', () =>
    withPrisma(async (prisma) => {
      const expired = prisma.$transaction(
        async (tx) => {
          await tx.$queryRaw`SELECT pg_sleep(0.1)::text`
          await tx.user.count()
        },
        { timeout: 20 },
      )
      const error = await errorOf(expired)
      expect(error).toMatchObject({ code: 'P2028' })
      expect(kindOf(error)).toBe('outage')
    }))

  test('about a record that is not there has no SQLSTATE', () =>
    withPrisma(async ({ user }) => {
      const error = await errorOf(user.update({ where: { id: 'user_1' }, data: { email: null } }))
      expect(error).toMatchObject({ code: 'P2025' })
      expect(sqlState(error)).toBeUndefined()
    }))
})
