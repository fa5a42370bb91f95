import type { Pool } from 'pg'
import { prismaOf } from '../client.ts'

/** Records that a suspect effect begins to run alone. Resolves to how many such runs never ended, this one included. */
export async function beginEffectAlone(pool: Pool, id: string): Promise<number> {
  const [row] = await prismaOf(pool).outboxMessage.updateManyAndReturn({
    where: { id, status: { not: 'done' } },
    data: { crashes: { increment: 1 } },
    select: { crashes: true },
  })
  return row?.crashes ?? 0
}

/** The run ended, well or not: the process lives. */
export async function endEffectAlone(pool: Pool, id: string): Promise<void> {
  await prismaOf(pool).outboxMessage.updateMany({ where: { id, crashes: { gt: 0 } }, data: { crashes: 0 } })
}
