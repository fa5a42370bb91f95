import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { providerOf, providers } from '@sluice/providers'
import { type Answer, type Delivery, insertHostRows, sampleEvent } from '@sluice/sending'
import { Argument, type Command } from 'commander'
import type { Pool } from 'pg'
import { withDatabase } from '../lib/database.ts'
import { deliver, ingestUrl } from '../lib/delivery.ts'
import { describeLife, isTroubled } from '../lib/describe-life.ts'
import { EXIT } from '../lib/exit-codes.ts'
import { type Life, readLife, waitForEffects } from '../lib/life.ts'
import { httpUrl, wholeNumber } from '../lib/options.ts'
import { print } from '../lib/print.ts'
import { createProgress } from '../lib/progress.ts'
import { readSettings, type Settings } from '../lib/settings.ts'
import { toJson } from '../lib/table.ts'
import { settled } from '../lib/trace.ts'

interface Options {
  file?: string
  count: number
  id?: string
  to?: string
  json?: boolean
}

interface Sent {
  id: string
  answer: Answer
  /** Null when the database cannot be reached, or has no such event. */
  became: Life | null
}

const EXAMPLES = `
Examples:
${providers.map(({ name, sampleType }) => `  $ sluice send ${name} ${sampleType}`).join('\n')}
  $ sluice send stripe customer.subscription.deleted --id evt_mine
  $ sluice send replicate prediction.succeeded --count 20
  $ sluice send stripe charge.refunded --file charge.json`

export const define = (command: Command): Command =>
  command
    .addArgument(
      new Argument('<provider>', 'the provider that would send it').choices(providers.map(({ name }) => name)),
    )
    .argument('<type>', 'the event type, such as invoice.payment_succeeded or prediction.failed')
    .option('--file <path>', 'send the bytes of this file instead of a sample')
    .option('--count <n>', 'number of events to send, each with its own id', wholeNumber, 1)
    .option('--id <id>', 'id of the event; the same id again is a duplicate')
    .option('--to <url>', 'address of ingest, without a path', httpUrl)
    .option('--json', 'print one JSON object for each event')
    .addHelpText('after', EXAMPLES)
    .action(async (provider: string, type: string, options: Options) => {
      const settings = readSettings()
      const deliveries = await deliveriesOf(provider, type, options)
      const sent = await withDatabase(settings, (pool) => sendAll(deliveries, pool, settings, options))
      printAnswers(sent, options)
      if (!sent.every(isGood)) process.exitCode = EXIT.failed
    })

async function deliveriesOf(provider: string, type: string, { file, count, id }: Options): Promise<Delivery[]> {
  const text = file === undefined ? undefined : await readFile(file, 'utf8')
  const ids = Array.from({ length: count }, (_, index) => idOf(provider, id, count > 1 ? index + 1 : 0))
  if (text === undefined) return Promise.all(ids.map((one) => sampleEvent(provider, type, one)))
  return ids.map((one) => fromFile(provider, text, one, id !== undefined || count > 1))
}

function idOf(provider: string, id: string | undefined, index: number): string {
  if (id !== undefined) return index > 0 ? `${id}_${index}` : id
  return `${providerOf(provider).eventId.prefix}${randomUUID().replaceAll('-', '').slice(0, 24)}`
}

/** The exact bytes of the file, unless the id in the body must be replaced. */
function fromFile(provider: string, text: string, id: string, replaceId: boolean): Delivery {
  const key = providerOf(provider).eventId.bodyKey
  if (key === null) return { provider, id, body: text }
  const event = JSON.parse(text)
  return replaceId
    ? { provider, id, body: JSON.stringify({ ...event, [key]: id }, null, 2) }
    : { provider, id: event[key], body: text }
}

async function sendAll(
  deliveries: Delivery[],
  pool: Pool | null,
  settings: Settings,
  options: Options,
): Promise<Sent[]> {
  const to = ingestUrl(settings, options.to)
  const progress = createProgress(deliveries.length, deliveries.length > 1 && process.stderr.isTTY === true)
  if (pool && !options.file) await insertHostRows(pool, deliveries, { withEmail: settings.mailFolder !== undefined })
  const sent: Sent[] = []
  for (const delivery of deliveries) {
    sent.push({ id: delivery.id, answer: await deliver(delivery, to, settings), became: null })
    progress.advance()
  }
  progress.finish()
  if (!pool) return sent
  const isOnly = deliveries.length === 1
  return Promise.all(
    deliveries.map((delivery, index) => seeOutcome(pool, sent[index] as Sent, delivery, settings, isOnly)),
  )
}

/** Effects of many events take long, and only the events are counted then. */
const EFFECTS_MS = 15_000

async function seeOutcome(
  pool: Pool,
  sent: Sent,
  delivery: Delivery,
  settings: Settings,
  isOnly: boolean,
): Promise<Sent> {
  if (sent.answer.status !== 200) return sent
  const event = await settled(pool, delivery)
  if (event && isOnly && event.status !== 'received') await waitForEffects(pool, event, EFFECTS_MS)
  return { ...sent, became: event && (await readLife(pool, event, settings)) }
}

const isGood = ({ answer, became }: Sent): boolean => answer.status === 200 && !(became && isTroubled(became))

function printAnswers(sent: Sent[], { json }: Options): void {
  if (json) for (const one of sent) print(toJson(one))
  else if (sent.length === 1) for (const one of sent) print([headline(one), ...rowsOf(one)].join('\n'))
  else print(summary(sent))
}

const headline = ({ id, answer }: Sent): string => `${id}  ${answer.status} ${wordOf(answer)}`

const wordOf = ({ body }: Answer): string => body.error ?? (body.duplicate ? 'duplicate' : 'received')

const rowsOf = ({ became }: Sent): string[] => (became ? describeLife(became) : [])

/** `20 sent: 20 × 200 received; 20 × processed` */
function summary(sent: Sent[]): string {
  const answers = count(sent.map(({ answer }) => `${answer.status} ${wordOf(answer)}`))
  const outcomes = count(sent.flatMap(({ became }) => (became ? [became.status] : [])))
  return [`${sent.length} sent: ${answers}`, outcomes].filter(Boolean).join('; ')
}

function count(words: string[]): string {
  const counts = new Map<string, number>()
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  return [...counts].map(([word, times]) => `${times} × ${word}`).join(', ')
}
