import type { Answers } from '../load/answers.ts'
import type { Generator } from '../load/generate.ts'
import { rotated } from '../measure/run.ts'
import { startOurs as startIngest } from '../peers/ingest/index.ts'
import { recorded } from '../peers/ingest/recorded.ts'
import type { Server } from '../setup/server.ts'
import { sums } from '../sums.ts'
import type { ScaleRun } from './plan.ts'
import { watchProcessor } from './processor-time.ts'
import { nameOf, noteCores } from './several.ts'

/** Measures signed events per second of one, two and more ingests on one queue. */
export async function measureIngests(
  run: ScaleRun,
  generator: Generator,
  cores: Array<string | undefined>,
): Promise<void> {
  const { plan, stores, found, say } = run
  const receivers = await Promise.all(cores.map((core) => startIngest(stores, core)))
  const servers = receivers.map(({ server }) => server)
  for (const server of servers) {
    say('ingest, warm-up')
    await send(run, generator, [server], plan.warmUpRequests)
  }
  for (let round = 0; round < plan.rounds; round += 1) {
    for (const count of rotated(plan.processes, round)) {
      const name = nameOf('ingest', count)
      say(`${name}, round ${round + 1} of ${plan.rounds}`)
      const { answers, used } = await send(run, generator, servers.slice(0, count), plan.requests)
      found(`${name}, events/s`, answers.accepted / answers.seconds)
      found(`${name}, answer p99 ms`, answers.p99)
      noteCores(run, name, used, answers.seconds)
      found(`${name}, cores used by generator`, answers.busy)
    }
  }
  await Promise.all(servers.map((server) => server.stop()))
}

/** Sends to empty stores, and checks that every request is accepted and stored. */
async function send(
  { plan, stores, numbers, check }: ScaleRun,
  generator: Generator,
  servers: Server[],
  count: number,
): Promise<{ answers: Answers; used: Record<string, number> }> {
  await stores.empty()
  const used = watchProcessor(() => ({ ours: servers.map(({ pid }) => pid), ...stores.pids() }))
  const ports = servers.map(({ port }) => port)
  const answers = await generator.send({ ports, first: numbers(count), count, connections: plan.connections })
  const spent = used()
  const expected = { accepted: answers.sent, recorded: answers.accepted }
  const found = { accepted: answers.accepted, recorded: await recorded(stores) }
  check(sums(nameOf('ingest', servers.length), expected, found))
  return { answers, used: spent }
}
