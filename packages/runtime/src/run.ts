import { EnvironmentError } from './environment.ts'

/**
 * Runs a process's `main`. An error ends the process with exit code 1: an `EnvironmentError` is printed without its
 * stack, any other error with it.
 */
export function run(main: () => Promise<void> | void): void {
  Promise.resolve()
    .then(main)
    .catch((error: unknown) => {
      console.error(error instanceof EnvironmentError ? error.message : error)
      process.exit(1)
    })
}
