import { inspect } from 'node:util'
import { EnvironmentError } from './environment.ts'

/**
 * Runs a process's `main`. An error ends the process with exit code 1: an `EnvironmentError` is printed without its
 * stack, any other error with it.
 */
export function run(main: () => Promise<void> | void): void {
  Promise.resolve()
    .then(main)
    .catch((error: unknown) => {
      process.stderr.write(`${error instanceof EnvironmentError ? error.message : inspect(error)}\n`)
      process.exit(1)
    })
}
