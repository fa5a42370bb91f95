import { describe, expect, test } from '@jest/globals'
import { eventually, type Stack, withStack } from '@sluice/testing'
import { environmentOf, jsonOf, sluice } from './sluice.ts'

const seed = async (stack: Stack, ...args: string[]) =>
  jsonOf(await sluice(['seed', '--json', ...args], environmentOf(stack)))[0]

const statuses = async (stack: Stack) => {
  const rows = await stack.query<{ status: string; count: number }>(
    'SELECT status, count(*)::int FROM webhook_events GROUP BY status',
  )
  return Object.fromEntries(rows.map(({ status, count }) => [status, count]))
}

const allProcessed = (stack: Stack, events: number) =>
  eventually(async () => expect(await statuses(stack)).toEqual({ processed: events }), 30_000)

/** The rows after the events of one seed, sent in either way. Their ids come from the seed, so two runs can be compared. */
async function rowsAfter(stack: Stack, options: string[], sent = 360) {
  const result = await seed(stack, '--events', '360', '--seed', 'any order', ...options)
  expect(result).toMatchObject({ sent, refused: 0 })
  await allProcessed(stack, 360)

  const [{ unbalanced } = {}] = await stack.query(
    `SELECT count(*)::int AS unbalanced FROM (SELECT FROM ledger_entries GROUP BY entry_key, currency
      HAVING sum(CASE direction WHEN 'debit' THEN amount ELSE -amount END) <> 0) AS unequal`,
  )
  expect(unbalanced).toBe(0)
  return Object.fromEntries(
    await Promise.all(Object.entries(STATE).map(async ([table, sql]) => [table, await stack.query(sql)])),
  )
}

const STATE = {
  customers: 'SELECT stripe_customer_id, user_id, email, deleted FROM customers ORDER BY 1',
  users: 'SELECT id, role FROM users ORDER BY 1',
  subscriptions: `SELECT stripe_subscription_id, user_id, status, is_active, billing_period, price_id,
    current_period_end, cancel_at_period_end, canceled_at FROM subscriptions ORDER BY 1`,
  payments: `SELECT payment_id, user_id, status, amount, attempt_count, next_payment_attempt FROM payments ORDER BY 1`,
  ledger: 'SELECT entry_key, account, direction, amount, currency FROM ledger_entries ORDER BY 1, 2, 3',
  jobs: 'SELECT id, user_id, status, error, output, completed_at FROM generation_jobs ORDER BY 1',
}

describe('seed', () => {
  test('leaves the same rows in any order, with duplicates, at two workers, as once in order at one', async () => {
    const inOrder = await withStack({}, (stack) => rowsAfter(stack, []))
    const shuffled = await withStack({ workers: 2 }, (stack) =>
      rowsAfter(stack, ['--duplicates', '2', '--shuffle'], 1080),
    )
    expect(shuffled).toEqual(inOrder)
  })

  test('makes the same events for the same seed', () =>
    withStack({ workers: 0 }, async (stack) => {
      expect(await seed(stack, '--events', '30')).toMatchObject({ recorded: 30, duplicates: 0 })
      expect(await seed(stack, '--events', '30')).toMatchObject({ recorded: 0, duplicates: 30 })
      expect(await seed(stack, '--events', '30', '--seed', '2')).toMatchObject({ recorded: 30, duplicates: 0 })
    }))

  test('appends and enqueues without ingest when told to', () =>
    withStack({ ingests: 0 }, async (stack) => {
      expect(await seed(stack, '--events', '30', '--direct')).toMatchObject({ recorded: 30, refused: 0 })
      await allProcessed(stack, 30)
    }))
})
