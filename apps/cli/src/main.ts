#!/usr/bin/env node
import { type Command, CommanderError } from 'commander'
import { EXIT } from './lib/exit-codes.ts'
import { printable } from './lib/print.ts'
import { createProgram } from './program.ts'

endWithReader()
try {
  const program = await createProgram(process.argv.slice(2))
  throwOnExit(program)
  await program.parseAsync()
} catch (error) {
  process.exitCode = report(error)
}

/** Makes Commander throw instead of ending the process, because it would exit with 1 for a misspelt option. */
function throwOnExit(command: Command): void {
  command.exitOverride()
  command.commands.forEach(throwOnExit)
}

/** `sluice events | head` closes the pipe early, which is not an error. */
function endWithReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT.good)
    throw error
  })
}

/** Prints an error in one line. Commander has already printed its own errors. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.good : EXIT.usage
  console.error(printable(error instanceof Error ? error.message : String(error)))
  return EXIT.failed
}
