export interface Repeated {
  /** Does it at once, or once more where it is being done. */
  soon(): void
  /** Resolves when what is being done is done; it is not done again. */
  stop(): Promise<void>
}

/** Does something at once, and again so long after each time. What it throws goes to `failed`. */
export function repeat(
  work: (isStopped: () => boolean) => Promise<void>,
  intervalMs: number,
  failed: (error: unknown) => void,
): Repeated {
  let working: Promise<void> | undefined
  let stopped = false
  let again = false
  let timer = setTimeout(next, 0)

  function next(): void {
    again = false
    working = work(() => stopped)
      .catch(failed)
      .finally(() => {
        working = undefined
        if (!stopped) timer = setTimeout(next, again ? 0 : intervalMs)
      })
  }

  return {
    soon: () => {
      again = true
      if (working || stopped) return
      clearTimeout(timer)
      next()
    },
    stop: async () => {
      stopped = true
      clearTimeout(timer)
      await working
    },
  }
}
