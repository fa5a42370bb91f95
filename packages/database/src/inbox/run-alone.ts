import type { Pool } from 'pg'
import { prismaOf } from '../client.ts'

/**
 * Records that a suspect event starts to run alone. Returns the number of such runs without a recorded end, including
 * this one.
 */
export async function beginEventAlone(pool: Pool, id: string): Promise<number> {
  const [row] = await prismaOf(pool).webhookEvent.updateManyAndReturn({
    where: { id: BigInt(id), status: { in: ['received', 'failed'] } },
    data: { crashes: { increment: 1 } },
    select: { crashes: true },
  })
  return row?.crashes ?? 0
}

/** Records that the run ended, successfully or not, without killing the process. */
export async function endEventAlone(pool: Pool, id: string): Promise<void> {
  await prismaOf(pool).webhookEvent.updateMany({ where: { id: BigInt(id), crashes: { gt: 0 } }, data: { crashes: 0 } })
}
