import { describe, expect, test } from '@jest/globals'
import { predictionLifecycle, type SentEvent } from '@sluice/simulator'
import { withStack } from '@sluice/testing'
import { allDone, send, sendAll } from './support/stack.ts'
import {
  AT,
  count,
  endOf,
  expectTaken,
  host,
  paidInvoice,
  rewritten,
  stripe,
  subscription,
} from './support/unusual-events.ts'

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

  /** Four events with the value where each of them has room for it. Each value has objects of its own. */
  const eventsWith = (name: keyof typeof VALUES, index: number): SentEvent[] => {
    const ids = { customer: `cus_odd_${index}`, subscription: `sub_odd_${index}` }
    const [, , succeeded] = predictionLifecycle({ seed: name, predictionId: name }) as [unknown, unknown, SentEvent]
    const prediction = { ...JSON.parse(succeeded.body), output: 'here', input: 'here', metrics: { odd: 'here' } }
    return [
      stripe('foo.created', { id: `foo_odd_${index}`, odd: 'here' }),
      stripe('invoice.paid', paidInvoice({ ...ids, id: `in_odd_${index}`, description: 'here', lines: 'here' })),
      stripe(
        'customer.subscription.created',
        subscription('active', {
          ...{ id: ids.subscription, customer: ids.customer, metadata: { user_id: 'user_1', odd: 'here' } },
        }),
      ),
      { ...succeeded, body: JSON.stringify(prediction) },
    ].map((event) => rewritten(event, HERE, VALUES[name]))
  }

  test('causes neither a 5xx nor a dead letter', () =>
    withStack({}, async (stack) => {
      const names = Object.keys(VALUES) as (keyof typeof VALUES)[]
      await host(stack, names)
      const events = names.flatMap(eventsWith)

      const answers = await sendAll(stack, events)
      const refused = events.filter((_, index) => answers[index]?.status !== 200)
      expect(refused.every(({ body }) => body.includes(VALUES['five thousand arrays']))).toBe(true)
      expect(refused).toHaveLength(4)
      for (const { status, body } of answers)
        if (status !== 200) expect({ status, body }).toEqual({ status: 400, body: { error: 'invalid_payload' } })

      const taken = events.length - refused.length
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
    }))

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
