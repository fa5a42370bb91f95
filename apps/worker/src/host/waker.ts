/** A pause that can be cut short. */
export interface Waker {
  /** Resolves after so many milliseconds, or at the next `wake`. */
  sleep(milliseconds: number): Promise<void>
  wake(): void
}

export function createWaker(): Waker {
  let wake = () => {}
  return {
    sleep: (milliseconds) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, milliseconds)
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
      }),
    wake: () => wake(),
  }
}
