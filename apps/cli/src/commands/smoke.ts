import type { Command } from 'commander'
import { withDatabase } from '../lib/database.ts'
import { ingestUrl } from '../lib/delivery.ts'
import { EXIT } from '../lib/exit-codes.ts'
import { httpUrl } from '../lib/options.ts'
import { print } from '../lib/print.ts'
import { readSettings, requireSetting } from '../lib/settings.ts'
import { cleanUp } from '../lib/smoke/clean-up.ts'
import { newRun, type Run } from '../lib/smoke/run.ts'
import { stepsOf } from '../lib/smoke/steps.ts'
import { refuseLiveKey } from '../lib/smoke/stripe-cli.ts'

interface Options {
  to?: string
  stripeCli?: boolean
  json?: boolean
}

const HELP = `
With --stripe-cli the first event comes from Stripe: stripe trigger creates a payment intent in your test-mode
account, and stripe listen, which you run at the same time, forwards the event. The payment intent is not removed. The
other steps are the same.`

export const define = (command: Command): Command =>
  command
    .option('--to <url>', 'address of ingest, without a path', httpUrl)
    .option('--stripe-cli', 'let Stripe send the first event, with stripe trigger')
    .option('--json', 'print one JSON object')
    .addHelpText('after', HELP)
    .action(async ({ to, stripeCli = false, json }: Options) => {
      if (stripeCli) refuseLiveKey(process.env)
      const settings = readSettings()
      requireSetting(settings, 'databaseUrl')
      await withDatabase(settings, async (pool) => {
        if (!pool) throw new Error('The database does not answer. smoke needs it to read the results of its events.')
        const run = await newRun(pool, settings, ingestUrl(settings, to))
        try {
          const results = await tryAll(run, stepsOf(stripeCli), json !== true)
          if (json) print(JSON.stringify({ good: results.every(({ good }) => good), steps: results }))
          if (!results.every(({ good }) => good)) process.exitCode = EXIT.failed
        } finally {
          await cleanUp(run)
        }
      })
    })

interface Result {
  step: string
  good: boolean
  reason?: string
}

/** Runs all steps, even after a failure, because the steps that still work help the diagnosis. */
async function tryAll(run: Run, steps: ReturnType<typeof stepsOf>, printed: boolean): Promise<Result[]> {
  const results: Result[] = []
  for (const [step, attempt] of Object.entries(steps)) {
    const result = await attempt(run).then(
      () => ({ step, good: true }),
      (error: Error) => ({ step, good: false, reason: error.message }),
    )
    results.push(result)
    if (printed) print(describe(result))
  }
  return results
}

const describe = ({ step, good, reason }: Result): string => (good ? `✓ ${step}` : `✗ ${step}: ${reason}`)
