export interface Lent<T> {
  it: T
  /** Resolves when all of it is gone. */
  giveBack(): Promise<void>
}

/** What a `with…` function lends, for as long as all tests of a file take: from `beforeAll` to `afterAll`. */
export function lend<T>(withIt: (use: (it: T) => Promise<void>) => Promise<void>): Promise<Lent<T>> {
  return new Promise((resolve, reject) => {
    const over = withIt(
      (it) =>
        new Promise<void>((leave) => {
          const giveBack = () => {
            leave()
            return over
          }
          resolve({ it, giveBack })
        }),
    )
    over.catch(reject)
  })
}
