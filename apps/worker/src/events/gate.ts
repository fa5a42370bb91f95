import { Semaphore } from 'async-mutex'

export interface Gate {
  /** Runs beside other work, but never beside work that runs alone. */
  together<T>(work: () => Promise<T>): Promise<T>
  /** Waits until nothing else runs, and lets nothing start until `work` has ended. Later calls wait behind it. */
  alone<T>(work: () => Promise<T>): Promise<T>
}

/**
 * Runs suspects with nothing beside them, so that one that kills the process takes no neighbour with it.
 * @param capacity How many may run together: the concurrency of the queue's worker.
 */
export function createGate(capacity: number): Gate {
  const places = new Semaphore(capacity)

  async function run<T>(work: () => Promise<T>, weight: number): Promise<T> {
    const [, release] = await places.acquire(weight)
    try {
      return await work()
    } finally {
      release()
    }
  }

  return { together: (work) => run(work, 1), alone: (work) => run(work, capacity) }
}
