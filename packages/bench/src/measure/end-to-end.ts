import type { Receiver } from '../peers/ingest/index.ts'
import { startOurs as startWorker } from '../peers/worker/index.ts'
import type { Writes } from '../peers/worker/writes.ts'
import { withQueues } from '../setup/queue.ts'
import { sums } from '../sums.ts'
import { measureFsync } from './fsync.ts'
import { type Run, rotated } from './run.ts'
import { checkState } from './state.ts'
import { holds, tryRate, tryReceiver } from './trial.ts'

/**
 * Finds the highest rate that holds from sender to commit, then measures latencies at half of it.
 *
 * @param ceiling upper bound in events per second: the slower of ingest and worker alone
 */
export async function measureEndToEnd(run: Run, receivers: Receiver[], writes: Writes, ceiling: number): Promise<void> {
  const { stores, cores } = run
  await stores.empty()
  await withQueues(stores, async ({ effects }) => {
    await effects.pause() // as in the drains
    const worker = await startWorker(stores, cores.worker)
    const ours = receivers.filter(({ name }) => name === 'ours')[0] as Receiver
    const others = receivers.filter(({ name }) => name === 'floor' || name === 'textbook')
    try {
      const sent = createCount()
      const trial = async (perSecond: number) => {
        const done = await tryRate(run, ours, perSecond)
        sent.add(done.sent)
        run.check(sums('end to end', { accepted: done.sent }, { accepted: done.accepted }))
        return done
      }
      run.say('end to end, warm-up')
      await trial(ceiling / 8)
      const highest = await highestRate(run, ceiling, async (perSecond) => holds(await trial(perSecond)))
      run.found('end to end, highest rate that holds, events/s', highest)
      await atHalf(run, trial, others, (highest || ceiling / 8) / 2)
      run.check(await checkState('end to end', stores, writes, sent.total()))
    } finally {
      await worker.stop()
    }
  })
}

/** Bisects for the highest rate that holds; 0 if none does. */
async function highestRate({ plan, say }: Run, ceiling: number, held: (perSecond: number) => Promise<boolean>) {
  let low = 0
  let high = ceiling
  for (let trial = 0; trial < plan.trials; trial += 1) {
    const rate = (low + high) / 2
    say(`end to end, ${Math.round(rate)} events/s`)
    if (await held(rate)) low = rate
    else high = rate
  }
  return low
}

async function atHalf(
  run: Run,
  trial: (perSecond: number) => ReturnType<typeof tryRate>,
  others: Receiver[],
  perSecond: number,
): Promise<void> {
  const { plan, found, say } = run
  found('half of it, events/s', perSecond)
  const peers = [
    ...others.map((receiver) => ({
      name: receiver.name,
      measure: async () => {
        const { p50, p99 } = await tryReceiver(run, receiver, perSecond)
        found(`half of it, ${receiver.name}, answer p50 ms`, p50)
        found(`half of it, ${receiver.name}, answer p99 ms`, p99)
      },
    })),
    {
      name: 'ours',
      measure: async () => {
        const { p50, p99, committed } = await trial(perSecond)
        found('half of it, ours, answer p50 ms', p50)
        found('half of it, ours, answer p99 ms', p99)
        found('half of it, ours, received to committed p50 ms', committed.p50)
        found('half of it, ours, received to committed p99 ms', committed.p99)
      },
    },
  ]
  for (let round = 0; round < plan.rounds; round += 1) {
    await measureFsync(run)
    for (const { name, measure } of rotated(peers, round)) {
      say(`at half the highest rate, round ${round + 1} of ${plan.rounds}: ${name}`)
      await measure()
    }
  }
}

function createCount() {
  let total = 0
  return {
    add(count: number): void {
      total += count
    },
    total: () => total,
  }
}
