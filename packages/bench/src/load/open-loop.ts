import { setTimeout as pause } from 'node:timers/promises'
import { type Answers, tally } from './answers.ts'
import { openPool } from './pool.ts'
import { sendUntilAccepted } from './send-until-accepted.ts'

/** Further requests wait for a connection, as they would at a provider. */
const CONNECTIONS_MAX = 256

/**
 * Fixed rate, independent of earlier answers. Latency counts from when a request was due, so that a server that falls
 * behind does not lighten its own load.
 */
export async function openLoop(
  requests: Buffer[],
  ports: number[],
  connections: number,
  perSecond: number,
): Promise<Answers> {
  const pool = await openPool(ports, connections, CONNECTIONS_MAX)
  const answers = tally()
  const startedAt = performance.now()
  const dueAt = (index: number) => startedAt + (index * 1000) / perSecond
  const onTheirWay: Promise<void>[] = []
  for (const [index, request] of requests.entries()) {
    while (dueAt(index) > performance.now()) await pause(1)
    onTheirWay.push(sendUntilAccepted(request, pool, answers, dueAt(index)))
  }
  await Promise.all(onTheirWay)
  pool.close()
  return answers.result()
}
