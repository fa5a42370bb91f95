import { readFileSync } from 'node:fs'
import { Command } from 'commander'
import { benchCommand } from './commands/bench.ts'
import { doctorCommand } from './commands/doctor.ts'
import { emailsCommand } from './commands/emails.ts'
import { eventsCommand } from './commands/events.ts'
import { findCommand } from './commands/find.ts'
import { importCommand } from './commands/import.ts'
import { ledgerCommand } from './commands/ledger.ts'
import { migrateCommand } from './commands/migrate.ts'
import { payersCommand } from './commands/payers.ts'
import { reconcileCommand } from './commands/reconcile.ts'
import { redriveCommand } from './commands/redrive.ts'
import { replayCommand } from './commands/replay.ts'
import { seedCommand } from './commands/seed.ts'
import { sendCommand } from './commands/send.ts'
import { smokeCommand } from './commands/smoke.ts'
import { upCommand } from './up.ts'

const EXIT_CODES = `
Exit codes: 0 success, 1 failure, 2 wrong usage, 3 drift or dead letters found.`

/** Every command of `sluice`, with its options and help. */
export function createProgram(): Command {
  const program = new Command('sluice')
    .description('Operate a Sluice deployment: send test events, inspect the inbox, recover from failures.')
    .version(versionOfSluice(), '-V, --version', 'print the version of Sluice')
    .addHelpText('after', EXIT_CODES)
  for (const create of COMMANDS) program.addCommand(create())
  return program
}

const COMMANDS = [
  upCommand,
  migrateCommand,
  sendCommand,
  seedCommand,
  eventsCommand,
  findCommand,
  payersCommand,
  redriveCommand,
  replayCommand,
  reconcileCommand,
  importCommand,
  ledgerCommand,
  emailsCommand,
  doctorCommand,
  smokeCommand,
  benchCommand,
]

/** The version of the root package, which is three folders up both in a checkout and in an image. */
function versionOfSluice(): string {
  return JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')).version
}
