import { expect, test } from '@jest/globals'
import { connect } from '@sluice/database/pool'
import type { ChangedRow } from '@sluice/database/replay'
import { TABLES } from '@sluice/database/tables'
import { type SeedStream, seedStream } from '@sluice/simulator'
import { eventually, type Stack, withStack } from '@sluice/testing'
import type { Pool } from 'pg'
import { BROKEN_HANDLERS } from './support/broken-handlers.ts'
import { withBrokenWorker } from './support/broken-worker.ts'
import { namesIn, namesOfChanges } from './support/named-changes.ts'
import { type Snapshot, snapshotOf } from './support/replayed-rows.ts'
import { addHostRows, allHandled, sendAll } from './support/stack.ts'

/** Effects are not carried out, so that nothing but the replay changes rows. */
const ENV = { SWEEP_INTERVAL_MS: '500', UNCLAIMED_PAYMENT_SECONDS: '86400', EMAILS: 'none', LOG_LEVEL: 'warn' }

const WAIT_MS = 300_000

/** Each bug has events of its own, which no other customer or prediction shares. */
const BUGS = Object.keys(BROKEN_HANDLERS).map((bug) => ({ bug, stream: streamFor(bug) }))

const BUG_OF = Object.fromEntries(BUGS.flatMap(({ bug, stream }) => stream.events.map(({ id }) => [id, bug])))

/** Subscriptions, predictions and a refund, so that each bug has something to spoil. */
function streamFor(bug: string): SeedStream {
  for (let number = 0; ; number += 1) {
    const stream = seedStream({ events: 40, seed: `${bug} ${number}` })
    if (stream.events.some(({ type }) => type.startsWith('refund.'))) return stream
  }
}

interface Shown {
  rowCount: number
  rows: ChangedRow[]
  failing: number
}

/** Asks on the console, as a person does, and waits for the result. */
async function act<Result>({ boards, env }: Stack, action: object): Promise<Result> {
  const login = Buffer.from(`${env['BOARD_USER']}:${env['BOARD_PASSWORD']}`).toString('base64')
  const headers = { Authorization: `Basic ${login}`, 'Content-Type': 'application/json' }
  const url = `${boards[0]?.url}/api/actions`
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(action) })
  const { id } = (await answer.json()) as { id: string }
  return eventually(async () => {
    const { state, result, error } = await (await fetch(`${url}/${id}`, { headers })).json()
    if (state === 'queued' || state === 'running') throw new Error(`${id} is ${state}`)
    expect([state, error]).toEqual(['done', null])
    return result
  }, WAIT_MS)
}

test(
  `after each of ${BUGS.length} bugs, a replay of the console changes row by row what its preview shows`,
  () =>
    withStack({ workers: 0, boards: 1, env: ENV }, async (stack) => {
      const owner = connect(stack.postgres.url, { max: 2 })
      try {
        await stack.query(`INSERT INTO users (id) VALUES ('user_of_somebody_else')`)
        const count = Object.keys(BUG_OF).length
        await withBrokenWorker(stack, BUG_OF, async () => {
          for (const { stream } of BUGS) {
            await addHostRows(stack, stream)
            await sendAll(stack, stream.events)
          }
          await allHandled(stack, count, WAIT_MS)
        })
        await stack.start('worker')
        await usersDerived(owner)
        for (const { bug, stream } of BUGS)
          await previewIsReplay(
            stack,
            owner,
            bug,
            stream.events.map(({ id }) => id),
          )
      } finally {
        await owner.end()
      }
    }),
  4 * WAIT_MS,
)

async function previewIsReplay(stack: Stack, owner: Pool, bug: string, ids: string[]): Promise<void> {
  const preview = await act<Shown>(stack, { kind: 'preview', filter: { ids, of: 'replay' }, reason: '' })
  const before = await snapshotOf(owner)
  const { replayed } = await act<{ replayed: number }>(stack, {
    kind: 'replay',
    filter: { ids },
    reason: `the bug is mended: ${bug}`,
  })
  await allHandled(stack, replayed, WAIT_MS)
  const after = await snapshotOf(owner)

  expect([bug, preview.failing, replayed]).toEqual([bug, 0, ids.length])
  expect([bug, preview.rowCount > 0, preview.rows.length]).toEqual([bug, true, preview.rowCount])
  expect([bug, ...namesIn(preview.rows)]).toEqual([bug, ...namesOfChanges(before, after)])
  for (const row of preview.rows)
    expect([bug, row.table, row.key, ...shown(row)]).toEqual([bug, row.table, row.key, ...found(row, before, after)])
}

/** The values that a preview shows; those that identify a person it only names. Effects write the volatile ones meanwhile. */
const shown = ({ table, columns }: ChangedRow): [column: string, before: unknown, after: unknown][] =>
  columns.flatMap((one) =>
    'before' in one && !TABLES[table]?.volatile.includes(one.column) ? [[one.column, one.before, one.after]] : [],
  )

function found(row: ChangedRow, before: Snapshot, after: Snapshot): unknown[] {
  const [old, now] = [before, after].map((snapshot) => snapshot.get(`${row.table} ${row.key}`))
  return shown(row).map(([column]) => [column, old?.[column] ?? null, now?.[column] ?? null])
}

/** A worker looks at each user again after a minute. */
const usersDerived = (owner: Pool): Promise<void> =>
  eventually(async () => {
    await owner.query('UPDATE user_changes SET due_at = now()')
    const { rows } = await owner.query('SELECT FROM user_changes')
    if (rows.length > 0) throw new Error(`${rows.length} users wait`)
  }, WAIT_MS)
