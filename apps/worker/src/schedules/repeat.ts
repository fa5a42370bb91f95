export interface Repeated {
  /** Runs `work` now, or again as soon as the current run ends. */
  soon(): void
  /** Starts no further run, and resolves when the current one has ended. */
  stop(): Promise<void>
}

/** Repeats a batch until one finds nothing to do. */
export async function untilNone(batch: () => Promise<number>, isStopped: () => boolean): Promise<void> {
  while (!isStopped() && (await batch()) > 0);
}

/** Runs `work` now, then `intervalMs` after each run ends. Its errors go to `failed`. */
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
