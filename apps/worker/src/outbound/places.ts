import { SluiceError } from '@sluice/events'
import { Semaphore } from 'async-mutex'

/** All places are taken. The job goes back to the queue; that is neither a failure nor a wait for another system. */
export class BusyError extends SluiceError {
  override readonly name = 'BusyError'
  readonly retryMs: number

  constructor(retryMs: number) {
    super('all_places_taken')
    this.retryMs = retryMs
  }
}

/** As many again may wait for a place within the process, so that none is empty while the queue is asked. */
export const OCCUPANTS_PER_PLACE = 2

const RETRY_MIN_MS = 100
const RETRY_MAX_MS = 30_000

export interface Places {
  /** @throws {BusyError} with the time at which a place should be free, if all are taken and awaited. */
  run<T>(work: () => Promise<T>): Promise<T>
}

/**
 * Runs at most `places` pieces of work at once. Those that are sent away come back one after another, at the pace at
 * which places became free so far, so that a backlog of thousands is not asked for again and again.
 */
export function createPlaces(places: number, occupants = places * OCCUPANTS_PER_PLACE): Places {
  const running = new Semaphore(places)
  let inside = 0
  let averageMs = 100
  let nextFreeAt = 0

  function retryMs(): number {
    const now = performance.now()
    nextFreeAt = Math.max(now, nextFreeAt) + averageMs / places
    const wait = nextFreeAt - now
    if (wait <= RETRY_MAX_MS) return Math.round(Math.max(RETRY_MIN_MS, wait))
    nextFreeAt = now + RETRY_MAX_MS
    return Math.round(RETRY_MAX_MS * (0.5 + Math.random() / 2))
  }

  async function timed<T>(work: () => Promise<T>): Promise<T> {
    const began = performance.now()
    try {
      return await work()
    } finally {
      averageMs += (performance.now() - began - averageMs) / 10
    }
  }

  return {
    async run(work) {
      if (inside >= occupants) throw new BusyError(retryMs())
      inside += 1
      try {
        return await running.runExclusive(() => timed(work))
      } finally {
        inside -= 1
      }
    },
  }
}
