export interface Slots {
  /** Resolves to what gives the slot back; to undefined when none got free within `milliseconds`. */
  take(milliseconds: number): Promise<(() => void) | undefined>
}

/** Lets so many be at work at once; the others wait in line. */
export function createSlots(count: number): Slots {
  let free = count
  const line = new Set<() => void>()

  function release() {
    const [next] = line
    if (!next) free += 1
    else {
      line.delete(next)
      next()
    }
  }

  return {
    take(milliseconds) {
      if (free > 0) {
        free -= 1
        return Promise.resolve(release)
      }
      return new Promise((resolve) => {
        const called = () => {
          clearTimeout(timer)
          resolve(release)
        }
        const timer = setTimeout(() => {
          line.delete(called)
          resolve(undefined)
        }, milliseconds)
        line.add(called)
      })
    },
  }
}
