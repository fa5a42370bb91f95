import { type FoundRow, find } from '@sluice/database/find'
import { providers } from '@sluice/providers'
import type { Command } from 'commander'
import { EXIT } from '../lib/exit-codes.ts'
import { oneLine, print } from '../lib/print.ts'
import { withReader } from '../lib/reader.ts'
import { table } from '../lib/table.ts'

const HELP = `
Finds exact keys: the id of an event, customer, user, subscription, invoice, payment, charge, payment intent, checkout session,
refund, dispute, prediction or generation job, an e-mail address in any case, the key of an effect or of a ledger entry, the
number of a document, the fingerprint of dead letters. Prints what has this key with related ids, and commands that show more.
The exit code is 1 if nothing has it.

Examples:
  $ sluice find cus_1
  $ sluice find somebody@example.com
  $ sluice find receipt:in_1 --json`

const LETTERS_MIN = 3

const NAMES = providers.map(({ name }) => name)

export const define = (command: Command): Command =>
  command
    .argument('<text>', 'the exact id, address, key or number')
    .option('--json', 'print one JSON object')
    .addHelpText('after', HELP)
    .action((given: string, { json }: { json?: boolean }, command: Command) => {
      const text = given.trim()
      if (text.length < LETTERS_MIN) command.error(`error: Give at least ${LETTERS_MIN} letters.`)
      return withReader(async (pool) => {
        const found = (await find(pool, text, NAMES)).map((row) => ({ ...row, next: nextOf(row) }))
        if (json) print(JSON.stringify({ text, found }))
        else if (found.length > 0) print(describe(found))
        else console.error(`Nothing has the key ${oneLine(text)}. Keys are compared as a whole.`)
        if (found.length === 0) process.exitCode = EXIT.failed
      })
    })

type Found = FoundRow & { next: string | null }

function describe(found: Found[]): string {
  const rows = found.map(({ kind, id, related: { status, ...related } }) => [
    kind,
    id,
    status === undefined ? '' : String(status),
    Object.entries(related)
      .map(([name, value]) => `${name} ${[value].flat().join(', ')}`)
      .join('; '),
  ])
  const commands = [...new Set(found.flatMap(({ next }) => next ?? []))].map((line) => `  ${oneLine(line)}`)
  const next = commands.length > 0 ? ['', 'To see more:', ...commands] : []
  return [table(['KIND', 'ID', 'STATUS', 'RELATED'], rows), ...next].join('\n')
}

/** Kinds of which `events show` knows the events. */
const WITH_EVENTS = new Set(['event', 'customer', 'subscription', 'invoice', 'payment', 'charge or intent'])

/** Related rows that lead to events, the most telling one first. */
const LEADS = ['event', 'payment', 'charge', 'intent', 'invoice', 'subscription', 'prediction', 'customer']

/** The command that shows more of it; null if there is none. */
function nextOf({ kind, id, related }: FoundRow): string | null {
  if (kind === 'dead letters') return `sluice redrive --fingerprint ${id} --dry-run`
  const lead = LEADS.flatMap((name) => related[name] ?? [])[0]
  const target = WITH_EVENTS.has(kind) ? id : lead
  return target === undefined ? null : `sluice events show ${target}`
}
