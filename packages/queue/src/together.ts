import { setImmediate as nextTurn } from 'node:timers/promises'

/** Combines the calls of one event-loop turn into one call of `work` with a shared outcome. */
export function together<T>(work: (all: T[]) => Promise<unknown>): (one: T) => Promise<void> {
  let waiting: T[] = []
  let outcome: Promise<void> | undefined
  const turn = async () => {
    await nextTurn()
    const all = waiting
    waiting = []
    outcome = undefined
    await work(all)
  }
  return (one) => {
    waiting.push(one)
    outcome ??= turn()
    return outcome
  }
}
