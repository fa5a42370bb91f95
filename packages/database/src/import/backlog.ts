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

const Found = z.object({ found: z.boolean() })

/** Whether a worker has processed an imported event within this many seconds. */
export async function hasImportedWithin(pool: Pool, seconds: number): Promise<boolean> {
  const rows = await prismaOf(pool).$queryRaw`
    SELECT EXISTS (SELECT FROM webhook_events
      WHERE processed_at > now() - make_interval(secs => ${seconds}::int) AND type LIKE 'import.%') AS found`
  return parseRows(Found, rows)[0]?.found ?? false
}

/** How many imported events are open dead letters. */
export const countDeadImports = (pool: Pool): Promise<number> =>
  prismaOf(pool).webhookDeadLetter.count({ where: { type: { startsWith: 'import.' }, redrivenAt: null } })
