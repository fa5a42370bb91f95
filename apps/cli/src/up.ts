import { Command } from 'commander'
import { up } from './up/up.ts'

export const upCommand = (): Command =>
  new Command('up')
    .description(
      'Run all of Sluice on this machine: stores, migrations, ingest, worker and board. Ctrl-C stops everything.',
    )
    .option('--json', 'print all addresses as one JSON object')
    .action(up)
