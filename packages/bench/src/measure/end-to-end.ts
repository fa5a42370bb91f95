import type { Mix } from '../load/mix.ts'
import type { Receiver } from '../peers/ingest/index.ts'
import { startOurs as startWorker, withEmail } from '../peers/worker/index.ts'
import type { Writes } from '../peers/worker/writes.ts'
import { withQueues } from '../setup/queue.ts'
import { type Run, rotated } from './run.ts'
import { checkState } from './state.ts'
import { holds, type Trial, tryRate, tryReceiver } from './trial.ts'

/** With effects, or without: their queue is paused. */
export interface Mode {
  areEffectsOn: boolean
  /** Upper bound of the highest rate, in events per second. */
  ceiling: number
}

/** Finds the highest rate that holds from sender to commit, and to e-mail, then measures latencies at half of it. */
export async function measureEndToEnd(run: Run, receivers: Receiver[], writes: Writes, mode: Mode): Promise<void> {
  const { stores, cores, smtpUrl } = run
  const { areEffectsOn, ceiling } = mode
  const found = (figure: string, value: number) => run.found(areEffectsOn ? figure : `effects paused, ${figure}`, value)
  await stores.empty()
  await withQueues(stores, async ({ effects }) => {
    if (!areEffectsOn) await effects.pause()
    const worker = await startWorker(stores, cores.worker, withEmail(smtpUrl))
    const receiver = receivers.find(({ name }) => name === 'ours') as Receiver
    let paid = 0
    const trial = async (perSecond: number, mix: Mix = 'payments') => {
      const done = await tryRate(run, { name: `end to end, ${mix}`, receiver, perSecond, mix, areEffectsOn })
      if (mix === 'payments') paid += done.sent
      return done
    }
    try {
      run.say(areEffectsOn ? 'end to end, warm-up' : 'end to end, effects paused, warm-up')
      await trial(ceiling / 8)
      const highest = await highestRate(run, ceiling, async (perSecond) => holds(await trial(perSecond)))
      found('end to end, highest rate that holds, events/s', highest)
      const others = areEffectsOn ? receivers.filter(({ name }) => name === 'floor' || name === 'textbook') : []
      await atHalf({ ...run, found }, trial, others, (highest || ceiling / 8) / 2, areEffectsOn)
      if (!areEffectsOn) run.check(await checkState('end to end, effects paused', stores, writes, paid))
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
  trial: (perSecond: number, mix?: Mix) => Promise<Trial>,
  others: Receiver[],
  perSecond: number,
  areEffectsOn: boolean,
): Promise<void> {
  const { plan, found, say } = run
  found('half of it, events/s', perSecond)
  const peers = [
    ...others.map((receiver) => ({
      name: receiver.name as string,
      measure: async () => {
        const { p50, p99 } = await tryReceiver(run, receiver, perSecond)
        found(`half of it, ${receiver.name}, answer p50 ms`, p50)
        found(`half of it, ${receiver.name}, answer p99 ms`, p99)
      },
    })),
    { name: 'ours', measure: async () => latencies(run, 'ours', await trial(perSecond)) },
  ]
  if (areEffectsOn)
    peers.push({
      name: 'ours, mixed load',
      measure: async () => latencies(run, 'mixed load', await trial(perSecond, 'mixed')),
    })
  for (let round = 0; round < plan.rounds; round += 1) {
    for (const { name, measure } of rotated(peers, round)) {
      say(`at half the highest rate, round ${round + 1} of ${plan.rounds}: ${name}`)
      await measure()
    }
  }
}

function latencies({ found }: Run, name: string, { p50, p99, committed, emailed }: Trial): void {
  found(`half of it, ${name}, answer p50 ms`, p50)
  found(`half of it, ${name}, answer p99 ms`, p99)
  found(`half of it, ${name}, received to committed p50 ms`, committed.p50)
  found(`half of it, ${name}, received to committed p99 ms`, committed.p99)
  if (!emailed) return
  found(`half of it, ${name}, received to e-mailed p50 ms`, emailed.p50)
  found(`half of it, ${name}, received to e-mailed p99 ms`, emailed.p99)
}
