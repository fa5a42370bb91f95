import type { Commit } from './commit-batch.ts'
import type { Settled } from './outcome.ts'

const BATCH_SIZE_MAX = 128
const BATCHES_IN_FLIGHT_MAX = 2
const GATHER_MS = 3
const ROUNDS_MAX = 3

interface Waiting {
  id: string
  round: number
  resolve(settled: Settled): void
  reject(error: unknown): void
}

export interface Batcher {
  /** Resolves when the transaction that holds this event has committed. Rejects with an `OutageError`. */
  submit(id: string): Promise<Settled>
}

/** Gathers what many jobs want committed at the same moment, so that they share a transaction. */
export function createBatcher(commit: Commit): Batcher {
  let waiting: Waiting[] = []
  let inFlight = 0
  let timer: NodeJS.Timeout | undefined

  function schedule(): void {
    if (inFlight >= BATCHES_IN_FLIGHT_MAX || waiting.length === 0) return
    if (waiting.length >= BATCH_SIZE_MAX) run()
    else timer ??= setTimeout(run, GATHER_MS)
  }

  function run(): void {
    clearTimeout(timer)
    timer = undefined
    if (inFlight >= BATCHES_IN_FLIGHT_MAX || waiting.length === 0) return
    const batch = waiting.slice(0, BATCH_SIZE_MAX)
    waiting = waiting.slice(BATCH_SIZE_MAX)
    inFlight += 1
    void runBatch(batch).finally(() => {
      inFlight -= 1
      schedule()
    })
    schedule()
  }

  async function runBatch(batch: Waiting[]): Promise<void> {
    try {
      const settled = await commit([...new Set(batch.map(({ id }) => id))])
      for (const one of batch) settle(one, settled.get(one.id) ?? { outcome: 'missing' })
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }

  /** What another transaction holds is tried again in the next batch, a few times. */
  function settle(one: Waiting, settled: Settled): void {
    if (settled.outcome === 'busy' && one.round < ROUNDS_MAX) waiting.push({ ...one, round: one.round + 1 })
    else one.resolve(settled)
  }

  return {
    submit: (id) =>
      new Promise((resolve, reject) => {
        waiting.push({ id, round: 1, resolve, reject })
        schedule()
      }),
  }
}
