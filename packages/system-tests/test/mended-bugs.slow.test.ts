import { beforeAll, expect, test } from '@jest/globals'
import { comparableRows } from '@sluice/database/comparable-rows'
import { connect } from '@sluice/database/pool'
import type { ChangedRow, SentMessage } from '@sluice/database/replay'
import { type StateHash, stateHash } from '@sluice/database/state-hash'
import { createRandom, type SentEvent, shuffle } from '@sluice/simulator'
import { eventually, type Stack, withStack } from '@sluice/testing'
import { type TestSmtp, withSmtp } from '@sluice/testing/stand-ins'
import type { Pool } from 'pg'
import { BROKEN_HANDLERS } from './support/broken-handlers.ts'
import { runCommand, withBrokenWorker } from './support/broken-worker.ts'
import { ledgerFindings } from './support/ledger-findings.ts'
import { namesIn, namesOfChanges } from './support/named-changes.ts'
import { needlessEntries } from './support/needless-entries.ts'
import { snapshotOf, streamOf } from './support/replayed-rows.ts'
import { addHostRows, allDone, allHandled, sendAll } from './support/stack.ts'

/** With a number of events, such as 1000, all bugs are tried. */
const COUNT = Number(process.env['MENDED_EVENTS'] ?? 0)
/** Another seed makes other subsets and orders. */
const SEED = process.env['MENDED_SEED'] ?? '1'
/** Part of the events that the broken handlers process. */
const BROKEN = 0.6

const WAIT_MS = 600_000

const BUGS = COUNT > 0 ? Object.keys(BROKEN_HANDLERS) : ['amounts times 100']
const STREAM = streamOf(1_000)
const EVENTS = partsLast(shuffle(STREAM.events, SEED).slice(0, COUNT || 40))

/** An intent that nobody claims is not booked during a run, however long that takes. */
const ENV = { SWEEP_INTERVAL_MS: '500', UNCLAIMED_PAYMENT_SECONDS: '86400', LOG_LEVEL: 'warn' }

/** The state that right handlers lead to. */
let right: State

beforeAll(async () => {
  right = await withRun(async ({ stack, owner }) => {
    await stack.start('worker')
    await sendAll(stack, EVENTS)
    await allHandled(stack, EVENTS.length, WAIT_MS)
    return stateOf(owner)
  })
}, WAIT_MS)

/** Guarantees the promise of `replay` with whole processes: the mistake is as if it had never been made. */
test.each(BUGS)(
  `${EVENTS.length} events: after "%s", a mended worker and a replay lead to the state of right handlers`,
  (bug) => withRun((run) => breakAndMend(run, bug)),
  2 * WAIT_MS,
)

interface Run {
  stack: Stack
  owner: Pool
  smtp: TestSmtp
}

const withRun = <T>(use: (run: Run) => Promise<T>): Promise<T> =>
  withSmtp((smtp) =>
    withStack({ workers: 0, env: { ...ENV, SMTP_URL: smtp.url } }, async (stack) => {
      await addHostRows(stack, STREAM)
      await stack.query(`INSERT INTO users (id) VALUES ('user_of_somebody_else')`)
      const owner = connect(stack.postgres.url, { max: 2 })
      try {
        return await use({ stack, owner, smtp })
      } finally {
        await owner.end()
      }
    }),
  )

async function breakAndMend({ stack, owner, smtp }: Run, bug: string): Promise<void> {
  const random = createRandom(`${SEED}:${bug}`)
  const [badly, well] = partition(EVENTS, () => random.chance(BROKEN))
  await sendAll(stack, badly)
  await withBrokenWorker(stack, bug, () => allDoneSoon(stack, badly.length))
  await stack.start('worker')
  await sendAll(stack, well)
  await allDoneSoon(stack, EVENTS.length)
  const wrong = await stateOf(owner)
  expect(wrong).not.toEqual(right)

  const { output } = await runCommand(stack, 'replay', '--since', '1h', '--dry-run', '--diff', '--json')
  const preview: { rows: ChangedRow[]; failures: unknown[]; sent: SentMessage[] } = JSON.parse(output)
  const [before, mailsBefore] = [await snapshotOf(owner), smtp.mails.length]
  const startedAt = performance.now()
  expect((await runCommand(stack, 'replay', '--since', '1h')).exitCode).toBe(0)
  await allDoneSoon(stack, EVENTS.length)
  const seconds = (performance.now() - startedAt) / 1_000

  const { effects, ...state } = await stateOf(owner)
  expect(state).toEqual({ tables: right.tables })
  const sent = new Set(preview.sent.map(({ key }) => key))
  expect(differingEffects(effects, right.effects).filter((key) => !sent.has(key))).toEqual([])
  expect(preview.failures).toEqual([])
  const after = await snapshotOf(owner)
  const changed = namesOfChanges(before, after)
  expect(namesIn(preview.rows)).toEqual(changed)
  expect(await ledgerFindings(owner)).toEqual([])
  expect(needlessEntries(before, after)).toEqual([])
  const booked = changed.filter((name) => name.startsWith('ledger_entries '))
  expect(booked.length > 0).toBe(isOfMoney(wrong))

  const keys = await stack.query(`SELECT effect_key FROM notifications WHERE status = 'sent'`)
  expect(new Set(smtp.mails.map(({ messageId }) => messageId)).size).toBe(smtp.mails.length)
  expect(smtp.mails).toHaveLength(keys.length)
  console.log(
    `${bug}: ${badly.length} of ${EVENTS.length} events; ${changed.length} rows changed, all named; ` +
      `${booked.length} of them booked; ${preview.sent.length} messages named; ${mailsBefore} e-mails before, ` +
      `${smtp.mails.length - mailsBefore} new ones; replayed in ${seconds.toFixed(1)} s`,
  )
}

/** Some e-mails wait for seconds: these go now. */
async function allDoneSoon(stack: Stack, events: number): Promise<void> {
  await allHandled(stack, events, WAIT_MS)
  await stack.query(
    `UPDATE outbox_messages SET available_at = now(), sweep_after = now()
      WHERE status = 'pending' AND available_at <= now() + interval '1 minute'`,
  )
  await allDone(stack, events)
}

/** The price of a part of an invoice is that of the invoice's row at the time, so a part comes after all others here. */
function partsLast(events: SentEvent[]): SentEvent[] {
  const [parts, others] = partition(events, ({ type }) => type === 'invoice_payment.paid')
  return [...others, ...parts]
}

function partition<T>(list: readonly T[], isFirst: (item: T) => boolean): [T[], T[]] {
  const [first, second]: [T[], T[]] = [[], []]
  for (const item of list) (isFirst(item) ? first : second).push(item)
  return [first, second]
}

interface State {
  tables: StateHash['tables']
  /** The effects that events ask for, with what each says. */
  effects: Effects
}

type Effects = Map<string, string>

const stateOf = async (owner: Pool): Promise<State> => {
  const { outbox_messages: _, ...tables } = (await hashOf(owner)).tables
  const rows = await comparableRows(owner, 'outbox_messages')
  return { tables, effects: new Map(rows.map((row) => [JSON.parse(row).effect_key, row])) }
}

/** The keys of effects that only one of them has, or that say different things. An effect that was done stays as it is. */
const differingEffects = (some: Effects, others: Effects): string[] =>
  [...new Set([...some.keys(), ...others.keys()])].filter((key) => some.get(key) !== others.get(key))

const hashOf = (owner: Pool): Promise<StateHash> =>
  eventually(async () => {
    await owner.query('UPDATE user_changes SET due_at = now()') // a worker looks at each again after a minute
    const ending = await owner.query('SELECT FROM subscriptions WHERE is_active AND access_until <= now()')
    if (ending.rows.length > 0) throw new Error(`the access of ${ending.rows.length} subscriptions has ended`)
    const hash = await stateHash(owner)
    if (hash.unprocessed > 0) throw new Error(`${hash.unprocessed} events or users wait`)
    return hash
  }, 60_000)

/** Whether the ledger of the broken handlers said something else. */
const isOfMoney = ({ tables }: State): boolean =>
  tables['ledger_entries']?.hash !== right.tables['ledger_entries']?.hash
