import { expect } from '@jest/globals'
import { invoiceObject, MONTHLY, type SentEvent, stripeEvent, subscriptionObject } from '@sluice/simulator'
import type { Answer, Stack } from '@sluice/testing'
import { addHostRows } from './stack.ts'

export const AT = Date.UTC(2026, 0, 5, 9) / 1000
let made = 0
export const freshId = (): string => `evt_${++made}`

export const stripe = (
  type: string,
  object: object,
  options: Partial<Parameters<typeof stripeEvent>[2]> = {},
): SentEvent => stripeEvent(type, object, { id: freshId(), created: AT, ...options })

/** The same text, changed where JSON.stringify could not write it. */
export const rewritten = (event: SentEvent, from: string, to: string): SentEvent => {
  const body = event.body.replaceAll(from, to)
  if (body === event.body) throw new Error(`there is no ${from} in the body`)
  return { ...event, body }
}

export const subscription = (status: string, changes: object = {}) => ({
  ...subscriptionObject({
    id: 'sub_1',
    customerId: 'cus_1',
    status,
    price: MONTHLY,
    created: AT,
    periodEnd: AT + 30 * 86_400,
    metadata: { user_id: 'user_1' },
  }),
  ...changes,
})

export const paidInvoice = (changes: object = {}) => ({
  ...invoiceObject({
    id: 'in_1',
    customerId: 'cus_1',
    subscriptionId: 'sub_1',
    status: 'paid',
    amount: 1_900,
    created: AT,
    metadata: { user_id: 'user_1' },
  }),
  ...changes,
})

export const host = (stack: Stack, predictionIds: string[] = []) =>
  addHostRows(stack, {
    users: [{ id: 'user_1', email: 'one@example.com' }],
    generationJobs: predictionIds.map((predictionId) => ({
      id: `job_${predictionId}`,
      userId: 'user_1',
      predictionId,
    })),
  })

/** Everything that events change, without when and how it came. */
export async function stateOf(stack: Stack) {
  const tables = {
    customers: 'stripe_customer_id, user_id, email, deleted',
    subscriptions: 'stripe_subscription_id, user_id, status, is_active, quantity, registers',
    payments: 'payment_id, user_id, status, amount, attempt_count, registers',
    ledger_entries: 'entry_key, account, direction, amount',
    users: 'id, role',
    generation_jobs: 'prediction_id, status, output, error, completed_at',
  }
  const state: Record<string, unknown> = {}
  for (const [table, columns] of Object.entries(tables))
    state[table] = await stack.query(`SELECT ${columns} FROM ${table} ORDER BY 1, 2`)
  return state
}

/** The outcome of an event, once no event waits any more. */
export const endOf = async (stack: Stack, { id }: SentEvent) => {
  const [row] = await stack.query('SELECT status, error, attempts FROM webhook_events WHERE event_id = $1', [id])
  return row
}

export const count = async (stack: Stack, table: string): Promise<number> =>
  (await stack.query<{ count: number }>(`SELECT count(*)::int AS count FROM ${table}`))[0]?.count ?? -1

export const expectTaken = (answers: Answer[]): void =>
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
