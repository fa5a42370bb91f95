import type { Pool } from 'pg'
import { type Prisma, PrismaClient } from './generated/client.ts'
import { unqualifiedAdapter } from './sql/unqualified-adapter.ts'

export { Prisma, type PrismaClient } from './generated/client.ts'

/** Prisma within a transaction: `prisma.$transaction(async (tx) => …)`. */
export type TransactionClient = Prisma.TransactionClient

const clients = new WeakMap<Pool, PrismaClient>()

/**
 * Prisma over a pool: SQL and Prisma share its connections and its time limits. A pool has one client, made on first use.
 * The client holds no connection of its own, so it is never disconnected: ending the pool is enough.
 */
export function prismaOf(pool: Pool): PrismaClient {
  const client = clients.get(pool) ?? createClient(pool)
  clients.set(pool, client)
  return client
}

function createClient(pool: Pool): PrismaClient {
  const { connectionTimeoutMillis: maxWait = 5_000, query_timeout: timeout = 30_000 } = pool.options
  return new PrismaClient({
    adapter: unqualifiedAdapter(pool),
    transactionOptions: { maxWait, timeout },
    errorFormat: 'minimal', // the other formats quote arguments, which may name persons
  })
}
