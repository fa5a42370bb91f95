import { describe, expect, test } from '@jest/globals'
import { openQueues } from '@sluice/queue'
import {
  invoiceObject,
  MONTHLY,
  predictionLifecycle,
  type SentEvent,
  stripeEvent,
  subscriptionObject,
} from '@sluice/simulator'
import { type Answer, type Stack, withStack } from '@sluice/testing'
import { addHostRows, allDone, send, sendAll } from './support/stack.ts'

const AT = Date.UTC(2026, 0, 5, 9) / 1000
let made = 0
const freshId = (): string => `evt_${++made}`

const stripe = (type: string, object: object, options: Partial<Parameters<typeof stripeEvent>[2]> = {}): SentEvent =>
  stripeEvent(type, object, { id: freshId(), created: AT, ...options })

/** The same text, changed where JSON.stringify could not write it. */
const rewritten = (event: SentEvent, from: string, to: string): SentEvent => {
  const body = event.body.replaceAll(from, to)
  if (body === event.body) throw new Error(`there is no ${from} in the body`)
  return { ...event, body }
}

const subscription = (status: string, changes: object = {}) => ({
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

const paidInvoice = (changes: object = {}) => ({
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

const host = (stack: Stack, predictionIds: string[] = []) =>
  addHostRows(stack, {
    users: [{ id: 'user_1', email: 'one@example.com' }],
    generationJobs: predictionIds.map((predictionId) => ({
      id: `job_${predictionId}`,
      userId: 'user_1',
      predictionId,
    })),
  })

/** Everything that events change, without when and how it came. */
async function stateOf(stack: Stack) {
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
const endOf = async (stack: Stack, { id }: SentEvent) => {
  const [row] = await stack.query('SELECT status, error, attempts FROM webhook_events WHERE event_id = $1', [id])
  return row
}

const count = async (stack: Stack, table: string): Promise<number> =>
  (await stack.query<{ count: number }>(`SELECT count(*)::int AS count FROM ${table}`))[0]?.count ?? -1

const expectTaken = (answers: Answer[]): void =>
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))

describe('an event out of scope is recorded and ignored', () => {
  test('of an unknown type, or with an unknown object', () =>
    withStack({}, async (stack) => {
      const events = [
        stripe('foo.created', { id: 'foo_1', object: 'foo' }),
        stripe('constructor', { id: 'foo_2' }),
        stripe('invoice.unheard_of', {}),
      ]
      expectTaken(await sendAll(stack, events))
      expect(await allDone(stack, 3)).toEqual({ ignored: 3 })
      for (const event of events)
        expect(await endOf(stack, event)).toEqual({ status: 'ignored', error: 'no handler for this type', attempts: 0 })
      expect(await count(stack, 'outbox_messages')).toBe(0)
    }))

  test('of the other mode, or of an account that is not listed', () =>
    withStack({ env: { LIVEMODE: 'true', STRIPE_ACCOUNTS: 'acct_ours' } }, async (stack) => {
      await host(stack)
      const test = stripe('customer.subscription.created', subscription('active'))
      const foreign = stripe('customer.subscription.created', subscription('active'), {
        livemode: true,
        account: 'acct_theirs',
      })
      expectTaken(await sendAll(stack, [test, foreign]))
      await allDone(stack, 2)
      expect(await endOf(stack, test)).toMatchObject({ status: 'ignored', error: 'other mode' })
      expect(await endOf(stack, foreign)).toMatchObject({ status: 'ignored', error: 'account not in STRIPE_ACCOUNTS' })
      expect(await count(stack, 'subscriptions')).toBe(0)
      expect(await stack.query('SELECT role FROM users')).toEqual([{ role: 'FREE' }])

      const ours = stripe('customer.subscription.created', subscription('active'), {
        livemode: true,
        account: 'acct_ours',
      })
      await send(stack, ours)
      await allDone(stack, 3)
      expect(await endOf(stack, ours)).toMatchObject({ status: 'processed', error: null })
      expect(await stack.query('SELECT role FROM users')).toEqual([{ role: 'PREMIUM' }])
    }))
})

describe('a repeated event is handled once', () => {
  test('fifty concurrent deliveries of one event make one row and one job', () =>
    withStack({ ingests: 2 }, async (stack) => {
      await host(stack)
      const event = stripe('invoice.paid', paidInvoice())
      const answers = await sendAll(
        stack,
        Array.from({ length: 50 }, () => event),
        50,
      )
      expectTaken(answers)
      expect(answers.filter(({ body }) => (body as { duplicate: boolean }).duplicate)).toHaveLength(49)
      expect(await allDone(stack, 1)).toEqual({ processed: 1 })
      expect((await send(stack, event)).body).toEqual({ received: true, duplicate: true })
      expect(await count(stack, 'webhook_events')).toBe(1)
      expect(await count(stack, 'payments')).toBe(1)
      expect(await count(stack, 'ledger_entries')).toBe(2)
      expect(await jobsOf(stack)).toBe(1)
    }))

  test('a second event about the same change has a row of its own and changes nothing', () =>
    withStack({}, async (stack) => {
      await host(stack)
      const first = [
        stripe('customer.subscription.created', subscription('active')),
        stripe('invoice.paid', paidInvoice()),
      ]
      await sendAll(stack, first)
      await allDone(stack, 2)
      const before = await stateOf(stack)

      const second = [
        stripe('customer.subscription.created', subscription('active')),
        stripe('invoice.paid', paidInvoice()),
        stripe('invoice.payment_succeeded', paidInvoice()),
      ]
      const answers = await sendAll(stack, second)
      expect(answers.map(({ body }) => body)).toEqual(second.map(() => ({ received: true, duplicate: false })))
      expect(await allDone(stack, 5)).toEqual({ processed: 5 })
      expect(await stateOf(stack)).toEqual(before)
      expect(await count(stack, 'payments')).toBe(1)
      const keys = await stack.query<{ effect_key: string }>('SELECT effect_key FROM outbox_messages')
      expect(new Set(keys.map(({ effect_key }) => effect_key)).size).toBe(keys.length)
      expect(keys.filter(({ effect_key }) => second.some(({ id }) => effect_key.includes(id)))).toEqual([])
    }))
})

/** Kept jobs of the events' queue, in any state. */
async function jobsOf(stack: Stack): Promise<number> {
  const { queues, close } = await openQueues(stack.redis.url)
  try {
    const events = queues.find(({ name }) => name === 'webhook-events')
    const counts = await events?.getJobCounts()
    return Object.values(counts ?? {}).reduce((sum, some) => sum + some, 0)
  } finally {
    await close()
  }
}

test.each([
  ['after', AT + 60],
  ['in the same second', AT + 10],
])('a subscription stays canceled when an update comes %s', (_when, updated) =>
  withStack({}, async (stack) => {
    await host(stack)
    const deleted = stripe('customer.subscription.deleted', subscription('canceled'), { created: AT + 10 })
    const update = stripe('customer.subscription.updated', subscription('active'), {
      created: updated,
      previous: { status: 'past_due' },
    })
    for (const event of [deleted, update]) {
      await send(stack, event)
      await allDone(stack, event === deleted ? 1 : 2)
    }
    expect(await stack.query('SELECT status, is_active FROM subscriptions')).toEqual([
      { status: 'canceled', is_active: false },
    ])
    expect(await stack.query('SELECT role FROM users')).toEqual([{ role: 'FREE' }])
  }),
)

test('an event with an unusual envelope is processed at the first attempt', () =>
  withStack({}, async (stack) => {
    await host(stack)
    const oldRequest = stripe('invoice.paid', paidInvoice())
    const { id: _id, ...upcoming } = paidInvoice()
    const events = [
      rewritten(
        oldRequest,
        JSON.stringify({ id: null, idempotency_key: null }, null, 2).replaceAll('\n', '\n  '),
        '"req_1"',
      ),
      stripe('customer.subscription.created', subscription('active'), { apiVersion: null }),
      stripe('customer.subscription.updated', subscription('active', { quantity: 3 }), { created: AT + 5 }),
      stripe('invoice.upcoming', upcoming),
    ]
    expectTaken(await sendAll(stack, events))
    expect(await allDone(stack, 4)).toEqual({ processed: 4 })
    expect(await stack.query('SELECT status FROM subscriptions')).toEqual([{ status: 'active' }])
    expect(await stack.query('SELECT role FROM users')).toEqual([{ role: 'PREMIUM' }])
    expect(await stack.query('SELECT FROM webhook_events WHERE attempts > 0')).toEqual([])
  }))

describe('a correctly signed event with unusual JSON', () => {
  const HERE = '"here"'
  const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
  const VALUES = {
    'a NUL': '"a\\u0000b"',
    'half a surrogate pair': '"a\\ud800b"',
    'a NUL in a name': '{"a\\u0000b": 1}',
    'names of prototypes': '{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}',
    'a number without end': '1e400',
    'an integer above 2^53': '9007199254740993123',
    'five thousand arrays': nested(5_000),
    'four hundred arrays': nested(400),
  }

  test.each(Object.entries(VALUES))('with %s causes neither a 5xx nor a dead letter', (_name, value) =>
    withStack({}, async (stack) => {
      await host(stack, ['p1'])
      const [, , succeeded] = predictionLifecycle({ seed: value, predictionId: 'p1' }) as [unknown, unknown, SentEvent]
      const prediction = { ...JSON.parse(succeeded.body), output: 'here', input: 'here', metrics: { odd: 'here' } }
      const events = [
        stripe('foo.created', { id: 'foo_1', odd: 'here' }),
        stripe('invoice.paid', paidInvoice({ description: 'here', lines: 'here' })),
        stripe(
          'customer.subscription.created',
          subscription('active', { metadata: { user_id: 'user_1', odd: 'here' } }),
        ),
        { ...succeeded, body: JSON.stringify(prediction) },
      ].map((event) => rewritten(event, HERE, value))

      const answers = await sendAll(stack, events)
      const taken = answers.filter(({ status }) => status === 200).length
      for (const { status, body } of answers)
        if (status !== 200) expect({ status, body }).toEqual({ status: 400, body: { error: 'invalid_payload' } })
      expect(taken).toBe(value === VALUES['five thousand arrays'] ? 0 : events.length)

      const ended = await allDone(stack, taken)
      expect(ended['failed']).toBeUndefined()
      expect(
        await stack.query('SELECT event_id, type, error, attempts FROM webhook_events WHERE attempts > 0'),
      ).toEqual([])
      expect(await count(stack, 'webhook_dead_letters')).toBe(0)
      const bodies = await stack.query<{ event_id: string; raw_body: Buffer }>(
        'SELECT event_id, raw_body FROM webhook_events',
      )
      for (const { event_id, raw_body } of bodies)
        expect(raw_body.toString()).toBe(events.find(({ id }) => id === event_id)?.body)
      await send(stack, stripe('foo.created', { id: 'foo_2' }))
      await allDone(stack, taken + 1)
    }),
  )

  test('with unusual text in the fields that are read names no user and fails nothing', () =>
    withStack({}, async (stack) => {
      await host(stack)
      const odd = [VALUES['a NUL'], VALUES['half a surrogate pair']]
      const events = odd.flatMap((value) =>
        [
          stripe('customer.subscription.created', subscription('active', { id: 'here', customer: 'cus_1' })),
          stripe('customer.subscription.created', subscription('active', { customer: 'here' })),
          stripe('customer.subscription.created', subscription('active', { metadata: { user_id: 'here' } })),
          stripe('invoice.paid', paidInvoice({ id: 'here' })),
          stripe('invoice.paid', paidInvoice({ customer: 'here', currency: 'here' })),
        ].map((event) => rewritten(event, HERE, value)),
      )
      expectTaken(await sendAll(stack, events))
      const ended = await allDone(stack, events.length)
      expect(ended).toEqual({ processed: events.length })
      expect(await count(stack, 'webhook_dead_letters')).toBe(0)
    }))
})

describe('a prediction', () => {
  const OUTPUT = ['https://replicate.delivery/xezq/one.png']

  const predictionBody = (status: string, changes: object = {}, id = freshId().replace('evt', 'msg')): SentEvent => {
    const body = {
      id: 'p1',
      status,
      output: status === 'succeeded' ? OUTPUT : null,
      error: null,
      created_at: '2026-01-05T09:00:00.123456789Z',
      completed_at: ['starting', 'processing'].includes(status) ? null : '2026-01-05T09:00:09.123456789Z',
      metrics: {},
      urls: { get: 'https://api.replicate.com/v1/predictions/p1' },
      ...changes,
    }
    return { provider: 'replicate', id, type: `prediction.${status}`, at: new Date(), body: JSON.stringify(body) }
  }

  /** One after the other has come to its end: what came first is stored before the next comes. */
  const jobAfter = (...events: SentEvent[]) =>
    withStack({}, async (stack) => {
      await host(stack, ['p1'])
      const answers: Answer[] = []
      for (const event of events) {
        answers.push(await send(stack, event))
        await allDone(stack, 1)
      }
      expect(await count(stack, 'webhook_dead_letters')).toBe(0)
      const [job] = await stack.query('SELECT status, output, error FROM generation_jobs')
      return { answers, job, ends: await Promise.all(events.map((event) => endOf(stack, event))) }
    })

  const SUCCEEDED = { status: 'succeeded', output: OUTPUT, error: null }

  test('whose webhook comes twice is handled once', async () => {
    const event = predictionBody('succeeded')
    const { answers, job } = await jobAfter(event, event)
    expect(answers.map(({ body }) => body)).toEqual([
      { received: true, duplicate: false },
      { received: true, duplicate: true },
    ])
    expect(job).toEqual(SUCCEEDED)
  })

  test('that succeeded neither returns to processing nor ends again', async () => {
    const canceled = predictionBody('canceled', { completed_at: '2026-01-05T09:00:10Z' })
    const { answers, job, ends } = await jobAfter(predictionBody('succeeded'), predictionBody('processing'), canceled)
    expectTaken(answers)
    expect(job).toEqual(SUCCEEDED)
    expect(ends.map((end) => end?.['status'])).toEqual(['processed', 'processed', 'processed'])
  })

  test('with an unknown status is recorded and changes nothing', async () => {
    const { answers, job, ends } = await jobAfter(predictionBody('queued'))
    expectTaken(answers)
    expect(job).toEqual({ status: 'starting', output: null, error: null })
    expect(ends).toMatchObject([{ status: 'ignored', error: 'unknown status queued' }])
  })

  test('that succeeded without output is finished', async () => {
    const { job } = await jobAfter(predictionBody('succeeded', { output: null }))
    expect(job).toEqual({ status: 'succeeded', output: null, error: null })
  })

  test('keeps its output after Replicate removed it', async () => {
    const removed = predictionBody('succeeded', { output: null, data_removed: true })
    const { answers, job } = await jobAfter(predictionBody('succeeded'), removed)
    expectTaken(answers)
    expect(job).toEqual(SUCCEEDED)
  })

  test('without an id is refused', () =>
    withStack({ workers: 0 }, async (stack) => {
      const answer = await send(stack, predictionBody('succeeded', { id: undefined }))
      expect([answer.status, answer.body]).toEqual([400, { error: 'invalid_payload' }])
      expect(await count(stack, 'webhook_events')).toBe(0)
    }))
})
