import type { Pool } from 'pg'
import { prismaOf } from '../client.ts'

/** Records that a suspect event begins to run alone. Resolves to how many such runs never ended, this one included. */
export async function beginEventAlone(pool: Pool, id: string): Promise<number> {
  const [row] = await prismaOf(pool).webhookEvent.updateManyAndReturn({
    where: { id: BigInt(id), status: { in: ['received', 'failed'] } },
    data: { crashes: { increment: 1 } },
    select: { crashes: true },
  })
  return row?.crashes ?? 0
}

/** The run ended, well or not: the process lives. */
export async function endEventAlone(pool: Pool, id: string): Promise<void> {
  await prismaOf(pool).webhookEvent.updateMany({ where: { id: BigInt(id), crashes: { gt: 0 } }, data: { crashes: 0 } })
}
