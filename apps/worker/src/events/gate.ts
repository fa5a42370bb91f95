export interface Gate {
  /** Runs beside others, but never beside a run that wants to be alone. */
  together<T>(work: () => Promise<T>): Promise<T>
  /** Waits until nothing else runs here, and lets nothing start until it is over. */
  alone<T>(work: () => Promise<T>): Promise<T>
}

/** Keeps suspects from taking their neighbours with them: what may kill the process runs with nothing beside it. */
export function createGate(): Gate {
  let running = 0
  let solo: Promise<unknown> | undefined
  let idle: (() => void) | undefined

  async function together<T>(work: () => Promise<T>): Promise<T> {
    while (solo !== undefined) await solo
    running += 1
    try {
      return await work()
    } finally {
      running -= 1
      if (running === 0) idle?.()
    }
  }

  async function alone<T>(work: () => Promise<T>): Promise<T> {
    while (solo !== undefined) await solo
    let over = () => {}
    solo = new Promise<void>((resolve) => {
      over = resolve
    })
    try {
      if (running > 0) {
        await new Promise<void>((resolve) => {
          idle = resolve
        })
      }
      return await work()
    } finally {
      idle = undefined
      solo = undefined
      over()
    }
  }

  return { together, alone }
}
