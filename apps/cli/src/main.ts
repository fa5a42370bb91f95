#!/usr/bin/env node
import { Command, CommanderError } from 'commander'
import { benchCommand } from './commands/bench.ts'
import { doctorCommand } from './commands/doctor.ts'
import { eventsCommand } from './commands/events.ts'
import { ledgerCommand } from './commands/ledger.ts'
import { migrateCommand } from './commands/migrate.ts'
import { reconcileCommand } from './commands/reconcile.ts'
import { redriveCommand } from './commands/redrive.ts'
import { replayCommand } from './commands/replay.ts'
import { seedCommand } from './commands/seed.ts'
import { sendCommand } from './commands/send.ts'
import { smokeCommand } from './commands/smoke.ts'
import { EXIT } from './lib/exit-codes.ts'
import { upCommand } from './up.ts'

const EXIT_CODES = `
Exit codes: 0 good, 1 failed, 2 not understood, 3 drift or dead letters found.`

const program = new Command('sluice')
  .description('Receives webhooks of Stripe and Replicate, and acts on each once.')
  .addHelpText('after', EXIT_CODES)

const commands = [
  upCommand(),
  migrateCommand(),
  sendCommand(),
  seedCommand(),
  eventsCommand(),
  redriveCommand(),
  replayCommand(),
  reconcileCommand(),
  ledgerCommand(),
  doctorCommand(),
  smokeCommand(),
  benchCommand(),
]
for (const command of commands) program.addCommand(command)

throwOnExit(program)
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

/** One line for a person; commander has printed its own already. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.good : EXIT.usage
  console.error(error instanceof Error ? error.message : String(error))
  return EXIT.failed
}
