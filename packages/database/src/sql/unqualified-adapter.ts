import { PrismaPg } from '@prisma/adapter-pg'
import type { SqlDriverAdapterFactory, SqlQuery, SqlQueryable } from '@prisma/driver-adapter-utils'
import type { Pool } from 'pg'

/** Prisma puts a schema before the name of each table. No schema has this name. */
const PLACEHOLDER = 'schema of the session'

/**
 * Prisma over a pool, with unqualified names of tables, so that `search_path` decides about its statements as it does
 * about all others. Prisma itself would need to know the schema before the pool has connected, and could not follow
 * tables that are moved.
 */
export function unqualifiedAdapter(pool: Pool): SqlDriverAdapterFactory {
  const factory = new PrismaPg(pool, { schema: PLACEHOLDER })
  return {
    provider: factory.provider,
    adapterName: factory.adapterName,
    connect: async () => {
      const adapter = withoutSchema(await factory.connect())
      const startTransaction = adapter.startTransaction.bind(adapter)
      adapter.startTransaction = async (isolationLevel) => withoutSchema(await startTransaction(isolationLevel))
      return adapter
    },
  }
}

function withoutSchema<T extends SqlQueryable>(queryable: T): T {
  const queryRaw = queryable.queryRaw.bind(queryable)
  const executeRaw = queryable.executeRaw.bind(queryable)
  return Object.assign(queryable, {
    queryRaw: (query: SqlQuery) => queryRaw(unqualified(query)),
    executeRaw: (query: SqlQuery) => executeRaw(unqualified(query)),
  })
}

const unqualified = (query: SqlQuery): SqlQuery => ({ ...query, sql: query.sql.replaceAll(`"${PLACEHOLDER}".`, '') })
