import type { Pool } from 'pg'
import { prismaOf } from '../client.ts'

/** The keys of these effects, by the ids of their rows. */
export async function effectKeys(pool: Pool, ids: string[]): Promise<Map<string, string>> {
  const effects = await prismaOf(pool).outboxMessage.findMany({
    where: { id: { in: ids } },
    select: { id: true, effectKey: true },
  })
  return new Map(effects.map(({ id, effectKey }) => [id, effectKey]))
}
