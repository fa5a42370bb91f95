/**
 * Runs `work` at most once in `milliseconds`. Calls in between, and calls while it runs, share its result. A failure is
 * not kept.
 */
export function atMostEvery<T>(
  milliseconds: number,
  work: () => Promise<T>,
  now: () => number = () => performance.now(),
): () => Promise<T> {
  let last: { startedAt: number; result: Promise<T>; running: boolean } | undefined

  function start() {
    const run = { startedAt: now(), result: work(), running: true }
    last = run
    const end = () => {
      run.running = false
    }
    run.result.then(end, () => {
      if (last === run) last = undefined
    })
    return run.result
  }

  return () => {
    const isFresh = last && (last.running || now() - last.startedAt < milliseconds)
    return last && isFresh ? last.result : start()
  }
}
