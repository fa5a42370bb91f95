import type { Pool } from 'pg'
import { prismaOf } from './client.ts'

/**
 * Loads Prisma's query compiler, a WebAssembly module: the first query of a process takes 0.1 to 0.2 s longer than the
 * others, and blocks the event loop meanwhile. Rejects when the database does not answer, but has loaded the compiler
 * by then.
 */
export async function warmUp(pool: Pool): Promise<void> {
  await prismaOf(pool).webhookEvent.findUnique({ where: { id: 0n }, select: { id: true } })
}
