import { expect, test } from '@jest/globals'
import { outOfScope } from '@sluice/providers/stripe/api'
import { settleConflicts } from '../../src/schedules/settle-conflicts.ts'
import { type TestFetching, withFetching } from '../with-fetching.ts'

const SECOND = '2026-01-05T00:00:00.000Z'
/** Far later: the answer counts as old as its question, which a slow machine may ask long before. */
const LATER = new Date('2026-01-05T01:00:00Z')

/** A subscription as the merges leave it when two snapshots of one second contradict each other. */
const undecide = ({ query }: TestFetching, id: string, account: string | null = null) =>
  query(
    `INSERT INTO subscriptions (stripe_subscription_id, stripe_customer_id, account, livemode, status, is_active,
      undecided, registers)
      VALUES ($1, 'cus_1', $2, false, 'active', true, true, $3)`,
    [id, account, JSON.stringify({ snapshot: { second: SECOND } })],
  )

const subscription = (id: string) => ({ id, object: 'subscription', customer: 'cus_1' })

const fetched = ({ query }: TestFetching) =>
  query(`SELECT event_id, type, account, livemode, occurred_at FROM webhook_events`)

const dueAgain = ({ query }: TestFetching) => query('UPDATE subscriptions SET fetch_after = now()')

test('asks once for each, in the name of its account, and records the answer as an event', () =>
  withFetching(async (test) => {
    const { stripe, fetching } = test
    await undecide(test, 'sub_1', 'acct_1')
    stripe.put(subscription('sub_1'), 'acct_1')
    stripe.setDate(LATER)

    await settleConflicts(fetching)
    await settleConflicts(fetching)

    expect(stripe.requests).toMatchObject([{ path: '/v1/subscriptions/sub_1', account: 'acct_1' }])
    const [event] = await fetched(test)
    const second = new Date(event?.['occurred_at'] as Date).getTime() / 1000
    expect([event]).toEqual([
      {
        event_id: `fetch-sub_1-${second}`,
        type: 'customer.subscription.updated',
        account: 'acct_1',
        livemode: false,
        occurred_at: expect.any(Date),
      },
    ])
    expect(await fetching.producer.counts()).toMatchObject({ 'webhook-events': { waiting: 1 } })
  }))

test('leaves it for another time when the answer is of the same second, or there is none', () =>
  withFetching(async (test) => {
    const { stripe, fetching } = test
    await undecide(test, 'sub_1')
    stripe.setDate(new Date(SECOND))
    stripe.put(subscription('sub_1'))
    await settleConflicts(fetching)
    stripe.setDate(LATER)
    stripe.remove('sub_1')
    await dueAgain(test)
    await settleConflicts(fetching)

    expect(stripe.requests).toHaveLength(2)
    expect(await fetched(test)).toEqual([])
  }))

test('asks for a subscription without a snapshot, and once a day for one that Stripe does not have', () =>
  withFetching(async (test) => {
    const { stripe, fetching, query } = test
    await undecide(test, 'sub_1')
    await undecide(test, 'sub_2')
    await query(`UPDATE subscriptions SET registers = '{}', fetch_after = now() - '19 s'::interval`)
    await settleConflicts(fetching)
    expect(stripe.requests).toEqual([]) // its snapshot may be on its way

    await query(`UPDATE subscriptions SET fetch_after = now() - '1 min'::interval`)
    stripe.put(subscription('sub_1'))
    await settleConflicts(fetching)
    expect(stripe.requests).toHaveLength(2)
    expect(await fetched(test)).toMatchObject([{ event_id: expect.stringMatching(/^fetch-sub_1-/) }])
    expect(
      await query(
        `SELECT stripe_subscription_id AS id FROM subscriptions WHERE fetch_after > now() + '23 h'::interval`,
      ),
    ).toEqual([{ id: 'sub_2' }])
  }))

test('asks at once where access is held, and ends the hold if Stripe does not have the subscription', () =>
  withFetching(async (test) => {
    const { stripe, fetching, query } = test
    await undecide(test, 'sub_1')
    await undecide(test, 'sub_2')
    await query(`UPDATE subscriptions SET registers = '{}', held_until = now() + '1 min'::interval, is_active = false`)
    stripe.put(subscription('sub_1'))
    await settleConflicts(fetching)
    expect(stripe.requests).toHaveLength(2)
    expect(await fetched(test)).toMatchObject([{ event_id: expect.stringMatching(/^fetch-sub_1-/) }])
    expect(await query(`SELECT stripe_subscription_id AS id FROM subscriptions WHERE held_until <= now()`)).toEqual([
      { id: 'sub_2' },
    ])
  }))

test('asks for the items that the object of a subscription leaves out', () =>
  withFetching(async (test) => {
    const { stripe, fetching, query } = test
    await undecide(test, 'sub_1')
    stripe.setDate(LATER)
    const ids = Array.from({ length: 12 }, (_, index) => `si_${10 + index}`)
    stripe.put({
      ...subscription('sub_1'),
      items: { object: 'list', data: ids.map((id) => ({ id })), has_more: false },
    })

    await settleConflicts(fetching)

    const [event] = await query('SELECT raw_body FROM webhook_events')
    const { data, has_more } = JSON.parse(String(event?.['raw_body'])).data.object.items
    expect([data.map(({ id }: { id: string }) => id).sort(), has_more]).toEqual([ids, false])
    expect(stripe.requests.at(-1)).toMatchObject({
      path: '/v1/subscription_items',
      query: expect.stringContaining('subscription=sub_1'),
    })
  }))

test('asks no more while Stripe does not answer', () =>
  withFetching(async (test) => {
    const { stripe, fetching } = test
    for (const id of ['sub_1', 'sub_2', 'sub_3']) await undecide(test, id)
    stripe.failWith({ status: 429, retryAfter: 60 })
    await expect(settleConflicts(fetching)).rejects.toThrow('Stripe answered 429')
    await dueAgain(test)
    await expect(settleConflicts(fetching)).rejects.toThrow('the limit of Stripe requests is reached')
    expect(stripe.requests).toHaveLength(1)
  }))

test('asks nothing about what is out of scope', () =>
  withFetching(async (test) => {
    const { stripe, fetching } = test
    await undecide(test, 'sub_1')
    const live = outOfScope({ livemode: true, accounts: [], eventTypes: [] })
    await settleConflicts({ ...fetching, outOfScope: live })
    expect(stripe.requests).toEqual([])
  }))
