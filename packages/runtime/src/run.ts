import { EnvironmentError } from './environment.ts'

/**
 * Runs a process's `main`. An error ends the process with exit code 1: a wrong environment without a stack, any other
 * error with its stack.
 */
export function run(main: () => Promise<void> | void): void {
  Promise.resolve()
    .then(main)
    .catch((error: unknown) => {
      console.error(error instanceof EnvironmentError ? error.message : error)
      process.exit(1)
    })
}
