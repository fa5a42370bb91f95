import { type DeadLetterFilter, type PlannedRedrive, planRedrive, redrive } from '@sluice/database/dead-letters'
import type { Command } from 'commander'
import { EXIT } from '../lib/exit-codes.ts'
import { wholeNumber } from '../lib/options.ts'
import { withOwnerPool } from '../lib/owner-pool.ts'
import { print } from '../lib/print.ts'
import { recordAction } from '../lib/record-action.ts'
import { redriveInBatches } from '../lib/redrive-in-batches.ts'
import { SINCE, since } from '../lib/since.ts'
import { table } from '../lib/table.ts'

interface Options extends DeadLetterFilter {
  rate?: number
  dryRun?: boolean
  json?: boolean
}

const HELP = `
Workers process redriven events and effects within seconds. Runs in small batches, oldest first. After Ctrl-C, a
second run handles the rest. With --dry-run the exit code is 3 if there are dead letters.

Examples:
  $ sluice redrive --dry-run
  $ sluice redrive --type invoice.paid --since 24h
  $ sluice redrive --cause handler_threw --until 2030-01-31 --rate 50`

export const define = (command: Command): Command =>
  command
    .option('--type <type>', 'only this event type, or kind of effect')
    .option('--cause <cause>', 'only this cause, such as handler_threw or crashed')
    .option('--fingerprint <fingerprint>', 'only this error, by its fingerprint in webhook_dead_letters')
    .option('--since <time>', `failed since this time: ${SINCE}`, (text: string) => since(text))
    .option('--until <time>', 'failed until this time, in the same form', (text: string) => since(text))
    .option('--rate <r>', 'maximum number of dead letters per second', wholeNumber)
    .option('--dry-run', 'change nothing; count the dead letters by type and cause')
    .option('--json', 'print one JSON object')
    .addHelpText('after', HELP)
    .action(async ({ rate, dryRun, json, ...filter }: Options) => {
      const { planned, redriven } = await withOwnerPool(async (pool) => {
        const planned = await planRedrive(pool, filter)
        const total = sum(planned)
        const run = () => redriveInBatches(total, rate, (steps) => redrive(pool, filter, steps))
        if (dryRun) return { planned, redriven: 0 }
        const redriven = await recordAction(pool, 'redrive', { ...filter, ...(rate && { rate }) }, run, (done) => ({
          state: done < total ? 'stopped' : 'done',
          ...{ done, total, result: { redriven: done, left: total - done } },
        }))
        return { planned, redriven }
      })
      const matched = sum(planned)
      if (json) print(JSON.stringify({ matched, redriven, deadLetters: planned }))
      else print(dryRun ? describePlan(planned) : describe(matched, redriven))
      if (dryRun && matched > 0) process.exitCode = EXIT.found
    })

const sum = (planned: PlannedRedrive[]): number => planned.reduce((total, { count }) => total + count, 0)

const NONE = 'No dead letter matches.'

function describePlan(planned: PlannedRedrive[]): string {
  if (planned.length === 0) return NONE
  const rows = planned.map(({ type, cause, count }) => [type, cause, String(count)])
  return `${table(['type', 'cause', 'dead letters'], rows)}\n\n${counted(sum(planned))} would go back to the queue.`
}

function describe(matched: number, redriven: number): string {
  if (matched === 0) return NONE
  const left = matched - redriven
  return `${counted(redriven)} went back to the queue.${left > 0 ? ` ${left} of ${matched} did not: run it again.` : ''}`
}

const counted = (count: number): string => (count === 1 ? '1 dead letter' : `${count} dead letters`)
