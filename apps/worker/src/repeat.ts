export interface Repeated {
  /** Resolves when what is being done is done; it is not done again. */
  stop(): Promise<void>
}

/** Does something at once, and again so long after each time. What it throws goes to `failed`. */
export function repeat(
  work: (isStopped: () => boolean) => Promise<void>,
  intervalMs: number,
  failed: (error: unknown) => void,
): Repeated {
  let working: Promise<void> = Promise.resolve()
  let stopped = false
  let timer = setTimeout(next, 0)

  function next(): void {
    working = work(() => stopped)
      .catch(failed)
      .finally(() => {
        if (!stopped) timer = setTimeout(next, intervalMs)
      })
  }

  return {
    stop: async () => {
      stopped = true
      clearTimeout(timer)
      await working
    },
  }
}
