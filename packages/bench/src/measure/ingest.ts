import { type Receiver, startReceivers } from '../contenders/ingest/index.ts'
import type { Answers } from '../load/answers.ts'
import { generate } from '../load/generate.ts'
import { sums } from '../sums.ts'
import { redisBytes } from './redis-bytes.ts'
import { rotated } from './rotated.ts'
import type { Run } from './run.ts'

/** How many signed events a second each receiver takes, one after the other, on one core. */
export async function measureIngest(run: Run): Promise<void> {
  const { plan, stores, places, found, say } = run
  const receivers = await startReceivers(stores, places.contender)
  try {
    for (const receiver of receivers) {
      say(`ingest, warm-up: ${receiver.name}`)
      await send(run, receiver, plan.warmUpRequests)
    }
    for (let round = 0; round < plan.rounds; round += 1) {
      for (const receiver of rotated(receivers, round)) {
        say(`ingest, round ${round + 1} of ${plan.rounds}: ${receiver.name}`)
        const { accepted, seconds, p50, p99, busy } = await send(run, receiver, plan.requests)
        found(`ingest, ${receiver.name}, events/s`, accepted / seconds)
        found(`ingest, ${receiver.name}, generator busy`, busy)
        found(`ingest, ${receiver.name}, p50 ms`, p50)
        found(`ingest, ${receiver.name}, p99 ms`, p99)
        if (receiver.name === 'ours') found('Redis bytes per waiting event', await redisBytes(stores, accepted))
      }
    }
  } finally {
    await Promise.all(receivers.map(({ server }) => server.stop()))
  }
}

/** Into empty stores. Every request must be accepted, and everything accepted be kept. */
async function send(run: Run, { name, server, kept }: Receiver, count: number): Promise<Answers> {
  const { plan, stores, places, numbers } = run
  await stores.empty()
  const before = await kept()
  const order = { port: server.port, first: numbers(count), count, connections: plan.connections }
  const answers = await generate(order, stores.folder, places.generator)
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
