import type { Answers } from '../load/answers.ts'
import type { Receiver } from '../peers/ingest/index.ts'
import { waitingJobs } from '../peers/ingest/recorded.ts'
import { sums } from '../sums.ts'
import { redisBytes } from './memory.ts'
import { type Run, rotated } from './run.ts'

/** Measures signed events per second of each receiver, one receiver at a time, on one core. */
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

/** Sends to empty stores, and checks that every request is accepted and stored. */
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
