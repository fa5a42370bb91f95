import type { Pool } from 'pg'
import { prismaOf } from '../client.ts'

/**
 * Records that a suspect effect starts to run alone. Returns the number of such runs without a recorded end, including
 * this one.
 */
export async function beginEffectAlone(pool: Pool, id: string): Promise<number> {
  const [row] = await prismaOf(pool).outboxMessage.updateManyAndReturn({
    where: { id, status: { notIn: ['done', 'skipped'] } },
    data: { crashes: { increment: 1 } },
    select: { crashes: true },
  })
  return row?.crashes ?? 0
}

/** Records that the run ended, successfully or not, without killing the process. */
export async function endEffectAlone(pool: Pool, id: string): Promise<void> {
  await prismaOf(pool).outboxMessage.updateMany({ where: { id, crashes: { gt: 0 } }, data: { crashes: 0 } })
}
