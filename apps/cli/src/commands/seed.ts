import { insertGenerationJobs, insertUsers } from '@sluice/sending'
import { type SeedStream, type SentEvent, seedStream, shuffle, withDuplicates } from '@sluice/simulator'
import type { Command } from 'commander'
import { withDatabase } from '../lib/database.ts'
import { deliver, ingestUrl } from '../lib/delivery.ts'
import { type Door, openDirectDoor } from '../lib/direct.ts'
import { EXIT } from '../lib/exit-codes.ts'
import { httpUrl, notNegative, wholeNumber } from '../lib/options.ts'
import { inPace } from '../lib/pace.ts'
import { print } from '../lib/print.ts'
import { createProgress } from '../lib/progress.ts'
import { readSettings, type Settings } from '../lib/settings.ts'

interface Options {
  events: number
  duplicates: number
  shuffle?: boolean
  rate?: number
  seed: string
  direct?: boolean
  to?: string
  json?: boolean
}

interface Result {
  sent: number
  recorded: number
  duplicates: number
  refused: number
  seconds: number
  users: number
  generationJobs: number
}

const AT_ONCE = 32

const EXAMPLES = `
The same seed generates the same events, so a second run sends only duplicates.

Examples:
  $ sluice seed --events 1000 --duplicates 0.1 --shuffle
  $ sluice seed --events 100000 --rate 500 --seed today`

export const define = (command: Command): Command =>
  command
    .option('--events <n>', 'number of different events', wholeNumber, 360)
    .option(
      '--duplicates <p>',
      'duplicates per event: 0.1 repeats every tenth, 2 sends each three times',
      notNegative,
      0,
    )
    .option('--shuffle', 'send in random order')
    .option('--rate <r>', 'maximum number of events per second', wholeNumber)
    .option('--seed <s>', 'seed of the random numbers: a different seed generates different customers', '1')
    .option('--direct', 'append and enqueue directly, without ingest')
    .option('--to <url>', 'address of ingest, without a path', httpUrl)
    .option('--json', 'print one JSON object')
    .addHelpText('after', EXAMPLES)
    .action(async (options: Options) => {
      const settings = readSettings()
      const stream = seedStream(options)
      await withDatabase(settings, async (pool) => {
        if (!pool) return console.error('The database cannot be reached: users and generation jobs are not inserted.')
        await insertUsers(pool, stream.users)
        await insertGenerationJobs(pool, stream.generationJobs)
      })
      const result = await sendStream(stream, settings, options)
      print(options.json ? JSON.stringify(result) : describe(result))
      if (result.refused > 0) process.exitCode = EXIT.failed
    })

async function sendStream(stream: SeedStream, settings: Settings, options: Options): Promise<Result> {
  const events = deliveriesOf(stream, options)
  const { users, generationJobs } = stream
  const result = { sent: 0, recorded: 0, duplicates: 0, refused: 0, seconds: 0 }
  const progress = createProgress(events.length)
  const start = performance.now()
  const door = options.direct ? openDirectDoor(settings) : httpDoor(settings, options)
  try {
    await inPace(events, { atOnce: AT_ONCE, perSecond: options.rate }, async (event) => {
      const { status, body } = await door.deliver(event)
      result.sent += 1
      result[status !== 200 ? 'refused' : body.duplicate ? 'duplicates' : 'recorded'] += 1
      progress.advance()
    })
  } finally {
    progress.finish()
    await door.close()
  }
  const seconds = (performance.now() - start) / 1000
  return { ...result, seconds, users: users.length, generationJobs: generationJobs.length }
}

function deliveriesOf({ events }: SeedStream, { duplicates, seed, shuffle: inAnyOrder }: Options): SentEvent[] {
  const all = withDuplicates(events, duplicates, seed)
  return inAnyOrder ? shuffle(all, seed) : all
}

function httpDoor(settings: Settings, { to }: Options): Door {
  const url = ingestUrl(settings, to)
  return { deliver: (delivery) => deliver(delivery, url, settings), close: async () => {} }
}

const describe = ({ sent, recorded, duplicates, refused, seconds, users, generationJobs }: Result): string =>
  [
    `${sent} sent in ${seconds.toFixed(1)} s (${Math.round(sent / seconds)} a second) for ${users} users and ${generationJobs} generation jobs:`,
    `${recorded} recorded, ${duplicates} duplicates, ${refused} refused.`,
  ].join('\n')
