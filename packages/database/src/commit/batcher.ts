import type { Committer } from './committer.ts'
import { createLane, type Submission } from './lane.ts'
import { OF_ONE } from './limits.ts'
import type { Settled, Tried } from './outcome.ts'

const BATCH_SIZE_MAX = 128
const BATCHES_IN_FLIGHT_MAX = 2
const ALONE_IN_FLIGHT_MAX = 4
const GATHER_MS = 3
const ROUNDS_MAX = 3

/** More would occupy the jobs of a worker, which others need. */
const LARGE_WAITING_MAX = 8
/** Longest pause between two large events. */
const LARGE_REST_MS_MAX = 1_000

export interface Batcher {
  /**
   * Resolves when the transaction that includes this event has committed.
   * @throws {OutageError} when Postgres cannot work right now.
   */
  submit(id: string): Promise<Settled>
}

/**
 * Why events were not committed with others: `large` by their bodies, `crowded` when too many of these wait already,
 * `full` because others had used up the bytes or the time of their batch, `split` because their batch had failed or was
 * too slow.
 */
export type ApartReason = 'large' | 'crowded' | 'full' | 'split'

/**
 * Groups concurrent submissions into shared transactions. Others are committed one per transaction, so that they delay
 * nobody: events in quarantine, and large ones, one after the other with pauses as long as themselves, so that others
 * have half of the event loop, and memory holds the contents of a single large body.
 *
 * @param noteApart is called for events that are not committed in the batch that they were submitted to.
 */
export function createBatcher(committer: Committer, noteApart: (reason: ApartReason) => void = () => {}): Batcher {
  let waiting: Submission[] = []
  let batchesInFlight = 0
  let timer: NodeJS.Timeout | undefined

  const quarantined = createLane({
    atOnce: ALONE_IN_FLIGHT_MAX,
    commit: async (one) => settleAlone(one, await committer.alone(one.id, OF_ONE)),
  })
  const large = createLane({
    atOnce: 1,
    commit: async (one) => settleAlone(one, await committer.alone(one.id)),
    restMs: (tookMs) => Math.min(tookMs, LARGE_REST_MS_MAX),
  })

  /** Events that wait to be revised. One transaction revises many, and then those need none of their own. */
  const revisions = new Map<string, Submission>()
  const revising = createLane({
    atOnce: 1,
    commit: async (one) => {
      if (revisions.get(one.id) === one) await revise(one)
    },
  })

  function schedule(): void {
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

  async function runBatch(batch: Submission[]): Promise<void> {
    try {
      const tried = await committer.together([...new Set(batch.map(({ id }) => id))])
      if (tried) for (const one of batch) conclude(one, tried)
      else for (const one of batch) splitOff(one)
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
  }

  function conclude(one: Submission, all: Map<string, Tried>): void {
    const tried = all.get(one.id)
    if (tried) settle(one, tried)
    else if (committer.isQuarantined(one.id)) splitOff(one)
    else one.resolve({ outcome: 'missing' })
  }

  function splitOff(one: Submission): void {
    noteApart('split')
    quarantined.add(one)
  }

  /**
   * An event that another transaction has locked is retried in the next batch, for `ROUNDS_MAX` rounds in total, unless
   * the lock is known to last.
   */
  function settle(one: Submission, tried: Tried): void {
    if (tried.outcome === 'full') {
      noteApart('full')
      tryAgain(one)
    } else if (tried.outcome === 'busy' && !tried.lock && one.round < ROUNDS_MAX)
      tryAgain({ ...one, round: one.round + 1 })
    else settleAlone(one, tried)
  }

  function settleAlone(one: Submission, tried: Tried): void {
    if (tried.outcome === 'large') toLarge(one)
    else if (tried.outcome === 'revision') toRevise(one)
    else if (tried.outcome === 'full') one.resolve({ outcome: 'busy' })
    else one.resolve(tried)
  }

  function tryAgain(one: Submission): void {
    waiting.push(one)
    schedule()
  }

  /** The same event may have two jobs. */
  function toRevise(one: Submission): void {
    if (revisions.has(one.id)) one.resolve({ outcome: 'busy' })
    else {
      revisions.set(one.id, one)
      revising.add(one)
    }
  }

  async function revise({ id }: Submission): Promise<void> {
    const take = (each: string) => {
      const waiting = revisions.get(each)
      revisions.delete(each)
      return waiting
    }
    try {
      for (const [each, tried] of await committer.revise(id)) {
        const waiting = take(each)
        if (waiting) settleAlone(waiting, tried)
      }
    } catch (error) {
      for (const each of [...revisions.keys()]) take(each)?.reject(error)
    }
  }

  function toLarge(one: Submission): void {
    const isCrowded = large.waiting() >= LARGE_WAITING_MAX
    noteApart(isCrowded ? 'crowded' : 'large')
    if (isCrowded) one.resolve({ outcome: 'crowded' })
    else large.add(one)
  }

  return {
    submit: (id) =>
      new Promise((resolve, reject) => {
        const lock = committer.lockOf(id)
        if (lock) return resolve({ outcome: 'busy', lock })
        const one = { id, round: 1, resolve, reject }
        if (committer.isQuarantined(id)) quarantined.add(one)
        else tryAgain(one)
      }),
  }
}
