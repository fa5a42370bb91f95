#!/usr/bin/env node
import { type Command, CommanderError } from 'commander'
import { EXIT } from './lib/exit-codes.ts'
import { createProgram } from './program.ts'

const program = createProgram()
throwOnExit(program)
endWithReader()
try {
  await program.parseAsync()
} catch (error) {
  process.exitCode = report(error)
}

/** Commander would end the process itself, with 1 for a misspelt option. */
function throwOnExit(command: Command): void {
  command.exitOverride()
  command.commands.forEach(throwOnExit)
}

/** `sluice events | head` closes the pipe early, which is no error of the command. */
function endWithReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT.good)
    throw error
  })
}

/** One line for a person; commander has printed its own already. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.good : EXIT.usage
  console.error(error instanceof Error ? error.message : String(error))
  return EXIT.failed
}
