import { type Answers, tally } from './answers.ts'
import { openPool } from './pool.ts'
import { sendUntilAccepted } from './send-until-accepted.ts'

/** Maximum rate: each connection sends its next request as soon as it has an answer. */
export async function closedLoop(requests: Buffer[], ports: number[], connections: number): Promise<Answers> {
  const pool = await openPool(ports, connections, connections)
  const answers = tally()
  let next = 0
  const lane = async () => {
    for (let request = requests[next++]; request; request = requests[next++]) {
      await sendUntilAccepted(request, pool, answers, performance.now())
    }
  }
  await Promise.all(Array.from({ length: connections }, lane))
  pool.close()
  return answers.result()
}
