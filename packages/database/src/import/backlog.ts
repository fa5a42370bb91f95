import type { Pool } from 'pg'
import { z } from 'zod'
import { prismaOf } from '../client.ts'
import { parseRows } from '../sql/rows.ts'

const Count = z.object({ count: z.number() })

/** How many imported events wait for a worker. */
export async function countUnprocessedImports(pool: Pool): Promise<number> {
  const rows = await prismaOf(pool).$queryRaw`
    SELECT count(*)::int AS count FROM webhook_events WHERE status = 'received' AND type LIKE 'import.%'`
  return parseRows(Count, rows)[0]?.count ?? 0
}

/** How many imported events are open dead letters. */
export const countDeadImports = (pool: Pool): Promise<number> =>
  prismaOf(pool).webhookDeadLetter.count({ where: { type: { startsWith: 'import.' }, redrivenAt: null } })
