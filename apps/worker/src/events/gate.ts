import { Semaphore } from 'async-mutex'

export interface Gate {
  /** Runs concurrently with other work, except work that runs alone. */
  together<T>(work: () => Promise<T>): Promise<T>
  /** Waits until nothing else runs, and blocks later calls until `work` has ended. */
  alone<T>(work: () => Promise<T>): Promise<T>
}

/**
 * Runs suspects in isolation, so that one that kills the process interrupts no other work.
 * @param capacity Maximum concurrency: at least that of the queue's workers.
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
