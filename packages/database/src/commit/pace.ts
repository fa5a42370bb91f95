import { setImmediate as nextTurn } from 'node:timers/promises'

/** Longest time that the handlers of a batch hold the event loop, unless a single event takes longer. */
const TURN_MS = 20

export interface Pace {
  /** Whether others must have the event loop now. */
  isTurnOver(): boolean
  /** Whether all time is used up. */
  isSpent(): boolean
  /** Resolves when others had the event loop. */
  yield(): Promise<void>
}

/** Measures work on the event loop that consists of many steps. @param limitMs of all turns together */
export function createPace(limitMs: number): Pace {
  let startedAt = performance.now()
  let earlierMs = 0
  const turnMs = () => performance.now() - startedAt
  return {
    isTurnOver: () => turnMs() >= TURN_MS,
    isSpent: () => earlierMs + turnMs() >= limitMs,
    async yield() {
      earlierMs += turnMs()
      await nextTurn()
      startedAt = performance.now()
    },
  }
}
