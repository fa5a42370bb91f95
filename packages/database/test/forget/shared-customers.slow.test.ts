import { expect, test } from '@jest/globals'
import type { Fact } from '@sluice/events'
import { findMark, rowsWith } from '@sluice/testing'
import { forget, type Subject } from '../../src/forget/index.ts'
import { at, customer, invoiceSaid, payment, reference, subscription } from '../facts.ts'
import { type TestWorker, withWorker } from '../with-worker.ts'
import { BY, storesOf } from './persons.ts'

const ACME = 'acct_acme'

const own = (userId: string) => [{ userId, by: 'own' as const }]

const named = (customerId: string, userId: string, fact: Partial<Extract<Fact, { kind: 'customer' }>> = {}): Fact =>
  customer({ customerId, contact: { email: `${userId}@example.com`, deleted: false }, links: own(userId), ...fact })

/** A subscription with a paid invoice. Its own metadata names `owner`, if there is one. */
const subscribed = (customerId: string, id: string, owner?: string): Fact[] => [
  {
    ...subscription(1, 'active', owner === undefined ? {} : { links: own(owner) }),
    customerId,
    subscriptionId: `sub_${id}`,
  },
  {
    ...invoiceSaid(2, { contents: { status: 'paid', amountPaid: 1_000 } }),
    customerId,
    invoiceId: `in_${id}`,
    subscriptionId: `sub_${id}`,
  },
  {
    ...payment({ paymentId: `in_${id}`, stripeInvoiceId: `in_${id}` }),
    stripeCustomerId: customerId,
    stripeSubscriptionId: `sub_${id}`,
  },
]

/** An intent of a customer whose metadata names another user. */
const intentNaming = (userId: string, customerId: string, id: string): Fact =>
  reference(`pi_${id}`, `in_${id}`, {
    received: { amount: 1_000, currency: 'usd', customerId, email: null, links: own(userId) },
  })

interface People extends TestWorker {
  send(facts: Fact[]): Promise<void>
  forget(subject: Subject): Promise<void>
  roles(): Promise<Record<string, string>>
}

/** Each fact is an event of its own, whose body is the fact. */
const withPeople = (users: string[], use: (people: People) => Promise<void>) =>
  withWorker(
    async (worker) => {
      const { query, append, commit, owner } = worker
      await query('INSERT INTO users (id, email) SELECT id, NULL FROM unnest($1::text[]) AS id', [users])
      await use({
        ...worker,
        send: async (facts) => {
          for (const fact of facts) {
            const id = await append({ facts: [fact] })
            const customerId =
              'customerId' in fact ? fact.customerId : 'stripeCustomerId' in fact ? fact.stripeCustomerId : null
            await query(
              `UPDATE webhook_events SET raw_body = convert_to($2, 'UTF8'), account = $3, customer_id = $4 WHERE id = $1`,
              [id, JSON.stringify(fact), 'account' in fact ? fact.account : null, customerId],
            )
            expect((await commit([id])).get(id)?.outcome).toBe('processed')
          }
        },
        forget: async (subject) =>
          expect(await forget(owner, subject, storesOf(), BY)).toMatchObject({ isFinished: true }),
        roles: async () =>
          Object.fromEntries(
            (await query<{ id: string; role: string }>('SELECT id, role FROM users')).map(({ id, role }) => [id, role]),
          ),
      })
    },
    { notifiesHost: true },
  )

const open = ({ query }: TestWorker) =>
  query<{ key: string }>(
    `SELECT effect_key AS key FROM outbox_messages WHERE status = 'pending' AND effect_key ~ '^(features|entitlements)' ORDER BY 1`,
  )

test('two users of one customer: the other one keeps role, subscription and what it is told', () =>
  withPeople(['ada-mark', 'bob-mark'], async (people) => {
    const { query, send, roles } = people
    const shared = [named('cus_s', 'ada-mark'), ...subscribed('cus_s', 'a'), ...subscribed('cus_s', 'b', 'bob-mark')]
    // A Checkout of Bob for the customer, whose own metadata comes first.
    const checkout = customer({
      customerId: 'cus_s',
      links: [{ userId: 'bob-mark', by: 'client_reference_id' }],
      occurredAt: at(3),
    })
    await send([...shared, checkout, intentNaming('bob-mark', 'cus_s', 'a')])
    expect(await roles()).toEqual({ 'ada-mark': 'PREMIUM', 'bob-mark': 'PREMIUM' })
    const adas = await query(`SELECT user_id, email FROM customers WHERE stripe_customer_id = 'cus_s'`)

    await people.forget({ user: 'bob-mark' })
    expect(await findMark(query, 'bob-mark')).toEqual([])
    expect(await roles()).toEqual({ 'ada-mark': 'PREMIUM', 'bob-mark': 'FREE' })
    expect(await query(`SELECT user_id, email FROM customers WHERE stripe_customer_id = 'cus_s'`)).toEqual(adas)
    expect(await query(`SELECT user_id FROM payments WHERE payment_id = 'in_a'`)).toEqual([{ user_id: 'ada-mark' }])

    await send([{ ...checkout, occurredAt: at(60) }, intentNaming('bob-mark', 'cus_s', 'a')])
    expect(await findMark(query, 'bob-mark')).toEqual([])
    expect(await query(`SELECT user_id, email FROM customers WHERE stripe_customer_id = 'cus_s'`)).toEqual(adas)

    await people.forget({ user: 'ada-mark' })
    expect(await findMark(query, 'ada-mark')).toEqual([])
    expect(await query('SELECT count(*)::int, sum(amount)::int FROM payments')).toEqual([{ count: 2, sum: 2_000 }])
  }))

test('the owner of a shared customer goes, and the other one keeps role, subscription, payments and what it is told', () =>
  withPeople(['ada-mark', 'bob-mark'], async (people) => {
    const { query, send, roles } = people
    await send([named('cus_s', 'ada-mark'), ...subscribed('cus_s', 'a'), ...subscribed('cus_s', 'b', 'bob-mark')])
    await people.forget({ user: 'ada-mark' })
    expect(await findMark(query, 'ada-mark')).toEqual([])
    expect(await roles()).toEqual({ 'ada-mark': 'FREE', 'bob-mark': 'PREMIUM' })
    expect(await query(`SELECT payment_id, user_id FROM payments ORDER BY 1`)).toEqual([
      { payment_id: 'in_a', user_id: null },
      { payment_id: 'in_b', user_id: 'bob-mark' },
    ])

    await query(`DELETE FROM outbox_messages`)
    const [ends] = subscribed('cus_s', 'b', 'bob-mark')
    await send([
      {
        ...subscription(70, 'canceled', { links: own('bob-mark') }),
        ...{ customerId: 'cus_s', subscriptionId: 'sub_b' },
      },
    ])
    expect(ends?.kind).toBe('subscription')
    expect(await roles()).toEqual({ 'ada-mark': 'FREE', 'bob-mark': 'FREE' })
    expect((await open(people)).map(({ key }) => key.split(':').slice(0, 2).join(':'))).toEqual([
      'entitlements.changed:bob-mark',
      'features:bob-mark',
    ])
  }))

test('a user with several customers: all of them go, of the platform and of a connected account', () =>
  withPeople(['ada-mark', 'bob-mark'], async (people) => {
    const { query, send, roles } = people
    const ofAcme = { account: ACME }
    await send([
      named('cus_1', 'ada-mark'),
      named('cus_2', 'ada-mark'),
      ...subscribed('cus_2', '2'),
      named('cus_3', 'ada-mark', ofAcme),
      named('cus_b', 'bob-mark'),
      ...subscribed('cus_b', 'b'),
    ])
    const bobs = await rowsWith(query, 'bob-mark')
    await people.forget({ user: 'ada-mark' })
    expect(await findMark(query, 'ada-mark')).toEqual([])
    expect(await rowsWith(query, 'bob-mark')).toEqual(bobs)
    await send([named('cus_3', 'ada-mark', { ...ofAcme, occurredAt: at(60) }), ...subscribed('cus_1', 'late')])
    expect(await findMark(query, 'ada-mark')).toEqual([])
    expect(await roles()).toEqual({ 'ada-mark': 'FREE', 'bob-mark': 'PREMIUM' })
  }))

test('a customer id of two accounts: the one that is named goes, and stays gone; the other one stays', () =>
  withPeople(['ada-mark', 'bob-mark'], async (people) => {
    const { query, send } = people
    const [ours, theirs] = [named('cus_s', 'bob-mark'), named('cus_s', 'ada-mark', { account: ACME })]
    await send([ours, theirs])
    await people.forget({ customer: 'cus_s', account: ACME })
    expect(await findMark(query, 'ada-mark@')).toEqual([])
    expect(await query('SELECT user_id, email FROM customers')).toEqual([
      { user_id: 'bob-mark', email: 'bob-mark@example.com' },
    ])
    await send([{ ...theirs, occurredAt: at(60) } as Fact, { ...ours, occurredAt: at(60) } as Fact])
    expect(await findMark(query, 'ada-mark@')).toEqual([])
    expect(await query('SELECT user_id, email FROM customers')).toEqual([
      { user_id: 'bob-mark', email: 'bob-mark@example.com' },
    ])
    await people.forget({ customer: 'cus_s', account: null })
    expect(await findMark(query, 'bob-mark@')).toEqual([])
  }))
