import type { Tally } from './answers.ts'
import type { Pool } from './pool.ts'

const ATTEMPTS_MAX = 20

/** Sends again until the answer is 200, as a provider does. Latency counts from `dueAt` to that answer. */
export async function sendUntilAccepted(request: Buffer, pool: Pool, answers: Tally, dueAt: number): Promise<void> {
  let status = 0
  for (let attempt = 1; status !== 200 && attempt <= ATTEMPTS_MAX; attempt += 1) {
    const connection = await pool.take()
    status = await connection.send(request)
    pool.release(connection)
    if (status !== 200) answers.refused()
  }
  answers.answered(status === 200, performance.now() - dueAt)
}
