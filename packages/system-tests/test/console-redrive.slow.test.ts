import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { hashPassword } from '@sluice/runtime/password'
import { type SentEvent, subscriptionLifecycle } from '@sluice/simulator'
import { eventually, type Stack, type TestApp, withFolder, withStack } from '@sluice/testing'
import { allHandled } from './support/stack.ts'

const ADMIN = { user: 'ada', password: 'a password of the test' }

/** Dead letters, such as 20000: more than an operator may redrive at once. */
const COUNT = Number(process.env['REDRIVE_EVENTS'] ?? 240)
/** So that the worker is killed in the middle. */
const PER_SECOND = Math.min(1_000, COUNT / 2)

const WAIT_MS = 60_000 + COUNT * 20

const PAID = subscriptionLifecycle({
  seed: 'redriven',
  email: 'ada@example.com',
  steps: ['created', 'finalized', 'paid'],
})
  .filter(({ type }) => type === 'invoice.paid')
  .at(0) as SentEvent

/** The same payment of as many customers, each failed for good by a handler that is mended by now. */
const FAILED = `
  WITH one AS (
    SELECT n, 'evt_redriven_' || n AS event_id,
      convert_to(regexp_replace(replace($1, $2, 'evt_redriven_' || n), '\\m(in|cus|sub|pi|ch)_(\\w+)', '\\1_\\2x' || n, 'g'), 'UTF8') AS body
    FROM generate_series(1, $3::int) AS n
  ), failed AS (
    INSERT INTO webhook_events (provider, event_id, type, livemode, ordering_key, status, attempts, error, occurred_at, raw_body)
    SELECT 'stripe', event_id, 'invoice.paid', false, 'stripe::cus_' || n, 'failed', 8, 'handler_threw: none', now(), body FROM one
    RETURNING provider, event_id, type, raw_body
  )
  INSERT INTO webhook_dead_letters (provider, event_id, type, raw_body, error, fingerprint, attempts)
  SELECT provider, event_id, type, raw_body, 'handler_threw: none', 'redriven', 8 FROM failed`

const fetchOn = (board: TestApp | undefined, path: string, body?: object) =>
  fetch(`${board?.url}/api${path}`, {
    headers: {
      Authorization: `Basic ${Buffer.from(`${ADMIN.user}:${ADMIN.password}`).toString('base64')}`,
      'Content-Type': 'application/json',
    },
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
  }).then((answer) => answer.json())

/** A stack whose board knows an admin. */
const withAdmin = (env: Record<string, string>, use: (stack: Stack) => Promise<void>): Promise<void> =>
  withFolder(async (folder) => {
    const people = join(folder, 'people')
    await writeFile(people, `${ADMIN.user}:admin:${await hashPassword(ADMIN.password)}\n`)
    await withStack({ ingests: 0, boards: 1, env: { ...env, BOARD_USERS: people } }, use)
  })

/** Guarantees that an action outlives the processes that asked for it and that carry it out. */
test(
  `a redrive of ${COUNT} dead letters goes on when the board and the worker are killed: none is lost, none done twice`,
  () =>
    withAdmin({ EMAILS: 'none', SWEEP_INTERVAL_MS: '500' }, async (stack) => {
      await stack.query(FAILED, [PAID.body, PAID.id, COUNT])
      const { id } = await fetchOn(stack.boards[0], '/actions', {
        kind: 'redrive',
        filter: { fingerprint: 'redriven', rate: PER_SECOND },
        reason: 'the handler is mended',
      })
      const doneSoFar = async (board?: TestApp) => (await fetchOn(board, `/actions/${id}`)).done
      await eventually(async () => expect(await doneSoFar(stack.boards[0])).toBeGreaterThan(COUNT / 10), WAIT_MS)
      await Promise.all([stack.boards[0]?.kill('SIGKILL'), stack.workers[0]?.kill('SIGKILL')])
      const [half] = await stack.query('SELECT state, done, total FROM operator_actions')
      expect(half).toMatchObject({ state: 'running', total: COUNT })
      expect(half?.['done']).toBeLessThan(COUNT)

      const [board] = await Promise.all([stack.start('board'), stack.start('worker')])
      const ended = await eventually(async () => {
        const action = await fetchOn(board, `/actions/${id}`)
        if (action.state === 'running') throw new Error(`done: ${action.done}`)
        return action
      }, WAIT_MS)
      expect(ended).toMatchObject({ state: 'done', done: COUNT, total: COUNT, result: { redriven: COUNT, left: 0 } })

      expect(await allHandled(stack, COUNT, WAIT_MS)).toEqual({ processed: COUNT })
      const [counts] = await stack.query(`SELECT
        (SELECT count(*)::int FROM webhook_dead_letters WHERE redriven_at IS NOT NULL) AS redriven,
        (SELECT count(*)::int FROM webhook_dead_letters) AS letters,
        (SELECT count(*)::int FROM payments) AS payments,
        (SELECT count(DISTINCT entry_key)::int FROM ledger_entries) AS booked,
        (SELECT count(*)::int FROM outbox_messages WHERE kind = 'receipt') AS receipts`)
      expect(counts).toEqual({ redriven: COUNT, letters: COUNT, payments: COUNT, booked: COUNT, receipts: COUNT })
    }),
  2 * WAIT_MS,
)
