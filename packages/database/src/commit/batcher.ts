import type { Committer } from './committer.ts'
import type { Settled } from './outcome.ts'

const BATCH_SIZE_MAX = 128
const BATCHES_IN_FLIGHT_MAX = 2
const ALONE_IN_FLIGHT_MAX = 4
const GATHER_MS = 3
const ROUNDS_MAX = 3

interface Waiting {
  id: string
  round: number
  resolve(settled: Settled): void
  reject(error: unknown): void
}

export interface Batcher {
  /**
   * Resolves when the transaction that includes this event has committed.
   * @throws {OutageError} when Postgres cannot work right now.
   */
  submit(id: string): Promise<Settled>
}

/**
 * Groups concurrent submissions into shared transactions. Events in quarantine wait in a separate queue and are
 * committed one per transaction, so that a slow or failing event does not delay the others.
 */
export function createBatcher(committer: Committer): Batcher {
  let waiting: Waiting[] = []
  let quarantined: Waiting[] = []
  let batchesInFlight = 0
  let aloneInFlight = 0
  let timer: NodeJS.Timeout | undefined

  function schedule(): void {
    while (aloneInFlight < ALONE_IN_FLIGHT_MAX && quarantined.length > 0) {
      aloneInFlight += 1
      void runAlone(quarantined.shift() as Waiting).finally(() => {
        aloneInFlight -= 1
        schedule()
      })
    }
    if (batchesInFlight >= BATCHES_IN_FLIGHT_MAX || waiting.length === 0) return
    if (waiting.length >= BATCH_SIZE_MAX) runNextBatch()
    else timer ??= setTimeout(runNextBatch, GATHER_MS)
  }

  function runNextBatch(): void {
    clearTimeout(timer)
    timer = undefined
    if (batchesInFlight >= BATCHES_IN_FLIGHT_MAX || waiting.length === 0) return
    const batch = waiting.slice(0, BATCH_SIZE_MAX)
    waiting = waiting.slice(BATCH_SIZE_MAX)
    batchesInFlight += 1
    void runBatch(batch).finally(() => {
      batchesInFlight -= 1
      schedule()
    })
    schedule()
  }

  async function runBatch(batch: Waiting[]): Promise<void> {
    try {
      const settled = await committer.together([...new Set(batch.map(({ id }) => id))])
      if (settled === undefined) quarantined.push(...batch)
      else for (const one of batch) conclude(one, settled)
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }

  function conclude(one: Waiting, all: Map<string, Settled>): void {
    const settled = all.get(one.id)
    if (settled) settle(one, settled)
    else if (committer.isQuarantined(one.id)) quarantined.push(one)
    else one.resolve({ outcome: 'missing' })
  }

  async function runAlone(one: Waiting): Promise<void> {
    try {
      one.resolve(await committer.alone(one.id))
    } catch (error) {
      // During an outage the queued events would only wait for the same error.
      const all = [one, ...quarantined]
      quarantined = []
      for (const { reject } of all) reject(error)
    }
  }

  /**
   * An event that another transaction has locked is retried in the next batch, for `ROUNDS_MAX` rounds in total, unless
   * the lock is known to last.
   */
  function settle(one: Waiting, settled: Settled): void {
    if (settled.outcome === 'busy' && !settled.lock && one.round < ROUNDS_MAX)
      waiting.push({ ...one, round: one.round + 1 })
    else one.resolve(settled)
  }

  return {
    submit: (id) =>
      new Promise((resolve, reject) => {
        const lock = committer.lockOf(id)
        if (lock) return resolve({ outcome: 'busy', lock })
        const lane = committer.isQuarantined(id) ? quarantined : waiting
        lane.push({ id, round: 1, resolve, reject })
        schedule()
      }),
  }
}
