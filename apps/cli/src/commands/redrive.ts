import { redrive } from '@sluice/database/upkeep'
import { Command } from 'commander'
import { EXIT } from '../exit-codes.ts'
import { withOwnerPool } from '../owner-pool.ts'
import { since } from '../since.ts'

interface Options {
  type?: string
  fingerprint?: string
  since?: Date
  dryRun?: boolean
  json?: boolean
}

const HELP = `
Workers find what was given back within seconds. With --dry-run the exit code is 3 when there are dead letters.

Examples:
  $ sluice redrive --dry-run
  $ sluice redrive --type invoice.paid --since 24h`

export const redriveCommand = () =>
  new Command('redrive')
    .description('Give dead letters back to the queue. Their effects still happen once.')
    .option('--type <type>', 'of this event type, or kind of effect')
    .option('--fingerprint <fingerprint>', 'with this cause')
    .option('--since <time>', 'failed since then: 30m, 24h, 7d or a date', since)
    .option('--dry-run', 'only count them')
    .option('--json', 'print one JSON object')
    .addHelpText('after', HELP)
    .action(async ({ json, ...filter }: Options) => {
      const { matched, redriven } = await withOwnerPool((pool) => redrive(pool, filter))
      console.log(json ? JSON.stringify({ matched, redriven }) : describe(matched, filter.dryRun))
      if (filter.dryRun && matched > 0) process.exitCode = EXIT.found
    })

function describe(matched: number, dryRun = false): string {
  if (matched === 0) return 'No dead letter matches.'
  const letters = matched === 1 ? '1 dead letter' : `${matched} dead letters`
  return dryRun ? `${letters} would go back to the queue.` : `${letters} went back to the queue.`
}
