export interface Borrowed<T> {
  value: T
  /** Resolves when everything that the `with…` function started has ended. */
  release(): Promise<void>
}

/** Keeps the resource of a `with…` function for all tests of a file: from `beforeAll` to `release` in `afterAll`. */
export function borrow<T>(withResource: (use: (value: T) => Promise<void>) => Promise<void>): Promise<Borrowed<T>> {
  return new Promise((resolve, reject) => {
    const ended = withResource(
      (value) =>
        new Promise<void>((leave) => {
          const release = () => {
            leave()
            return ended
          }
          resolve({ value, release })
        }),
    )
    ended.catch(reject)
  })
}
