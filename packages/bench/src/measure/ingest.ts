import type { Receiver } from '../contenders/ingest/index.ts'
import { waitingJobs } from '../contenders/ingest/recorded.ts'
import type { Answers } from '../load/answers.ts'
import { sums } from '../sums.ts'
import { redisBytes } from './redis-bytes.ts'
import { rotated } from './rotated.ts'
import type { Run } from './run.ts'

/** How many signed events a second each receiver takes, one after the other, on one core. */
export async function measureIngest(run: Run, receivers: Receiver[]): Promise<void> {
  const { plan, stores, found, say } = run
  for (const receiver of receivers) {
    say(`ingest, warm-up: ${receiver.name}`)
    await send(run, receiver, plan.warmUpRequests)
  }
  for (let round = 0; round < plan.rounds; round += 1) {
    for (const receiver of rotated(receivers, round)) {
      say(`ingest, round ${round + 1} of ${plan.rounds}: ${receiver.name}`)
      const { accepted, refused, seconds, p50, p99, busy } = await send(run, receiver, plan.requests)
      found(`ingest, ${receiver.name}, events/s`, accepted / seconds)
      found(`ingest, ${receiver.name}, refused`, refused)
      found(`ingest, ${receiver.name}, generator busy`, busy)
      found(`ingest, ${receiver.name}, answer p50 ms`, p50)
      found(`ingest, ${receiver.name}, answer p99 ms`, p99)
      if (receiver.name === 'ours')
        found('Redis bytes per waiting event', (await redisBytes(stores)) / (await waitingJobs(stores)))
    }
  }
}

/** Into empty stores. Every request must be accepted, and everything accepted be kept. */
async function send(run: Run, { name, server, kept }: Receiver, count: number): Promise<Answers> {
  const { plan, stores, generator, numbers } = run
  await stores.empty()
  const before = await kept()
  const order = { ports: [server.port], first: numbers(count), count, connections: plan.connections }
  const answers = await generator.send(order)
  const after = Object.entries(await kept()).map(([what, number]) => [what, number - (before[what] ?? 0)] as const)
  const expected = Object.fromEntries(after.map(([what]) => [what, answers.accepted]))
  run.check(
    sums(
      `ingest, ${name}`,
      { accepted: answers.sent, ...expected },
      { accepted: answers.accepted, ...Object.fromEntries(after) },
    ),
  )
  return answers
}
