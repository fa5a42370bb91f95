import { replay } from '@sluice/database/upkeep'
import { Command } from 'commander'
import { EXIT } from '../exit-codes.ts'
import { withOwnerPool } from '../owner-pool.ts'
import { since } from '../since.ts'

const EXAMPLES = `
Events whose body was erased cannot be replayed.

Examples:
  $ sluice replay evt_1 evt_2
  $ sluice replay --since 24h`

export const replayCommand = () =>
  new Command('replay')
    .description('Process recorded events again, through the same path: what is right already stays as it is.')
    .argument('[ids...]', "the provider's ids of events")
    .option('--since <time>', 'received since then: 30m, 24h, 7d or a date', since)
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (ids: string[], options: { since?: Date; json?: boolean }, command: Command) => {
      if (ids.length > 0 === (options.since !== undefined)) command.error('Give either ids or --since.')
      const filter = options.since ? { since: options.since } : { ids }
      const { replayed } = await withOwnerPool((pool) => replay(pool, filter))
      console.log(options.json ? JSON.stringify({ replayed }) : describe(replayed))
      if (replayed < ids.length) process.exitCode = EXIT.failed
    })

function describe(replayed: number): string {
  if (replayed === 0) return 'No finished event with a body matches.'
  return replayed === 1 ? '1 event is processed again.' : `${replayed} events are processed again.`
}
