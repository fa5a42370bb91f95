import { describe, expect, test } from '@jest/globals'
import { eventually, findMark } from '@sluice/testing'
import { forget } from '../../src/forget/index.ts'
import { at, customer, reference, session, subscription } from '../facts.ts'
import { BY, findingsOf, forgetIn, LATE, MARK, OTHER, role, storesOf, withPersons } from './persons.ts'

describe('events that come after', () => {
  test('book their money, and bring nothing of the person back: no name, link, role, picture, effect or body', () =>
    withPersons(async (persons) => {
      const { query, handleAll } = persons
      await forgetIn(persons)
      const effects = await query('SELECT count(*)::int FROM outbox_messages')
      await handleAll(LATE)

      expect(await findMark(query, MARK)).toEqual([])
      expect(await role(persons)).toEqual({ role: 'FREE', host_role: null, had_subscription: false })
      expect(await query('SELECT count(*)::int FROM outbox_messages')).toEqual(effects)
      expect(await query(`SELECT asset_key FROM variants WHERE asset_key LIKE 'job_a%'`)).toEqual([])
      expect(await query(`SELECT status FROM generation_jobs WHERE id = 'job_a'`)).toEqual([{ status: 'succeeded' }])
      const booked = `SELECT entry_key, amount::int FROM ledger_entries WHERE direction = 'debit' AND entry_key IN ('payment:in_new', 'refund:re_late')`
      expect(await query(`${booked} ORDER BY 1`)).toEqual([
        { entry_key: 'payment:in_new', amount: 3_000 },
        { entry_key: 'refund:re_late', amount: 100 },
      ])
      expect(await findingsOf(persons)).toEqual([])
      expect(
        await query(
          `SELECT event_id FROM webhook_events WHERE raw_body IS NOT NULL AND id > (SELECT max(id) - 7 FROM webhook_events)`,
        ),
      ).toEqual([])
    }))

  test('of a customer who was not known, and whom only the forgotten user is linked to', () =>
    withPersons(async (persons) => {
      const { query, handle } = persons
      await forgetIn(persons)
      const named = customer({
        customerId: 'cus_new',
        contact: { email: `${MARK}@example.com`, deleted: false },
        links: [{ userId: `user-${MARK}`, by: 'own' }],
      })
      await handle({ facts: [named] })
      await handle({
        facts: [
          customer({
            customerId: 'cus_new',
            contact: { email: `${MARK}@example.com`, deleted: false },
            occurredAt: at(9),
          }),
        ],
      })
      expect(await findMark(query, MARK)).toEqual([])
    }))

  test('of a guest', () =>
    withPersons(async (persons) => {
      const { query, handle } = persons
      await forgetIn(persons)
      const links = [{ userId: `user-${MARK}`, by: 'client_reference_id' as const }]
      const paid = reference('pi_guest_2', null, {
        session: {
          sessionId: 'cs_2',
          customerId: null,
          isPaid: true,
          createsInvoice: false,
          amountTotal: 700,
          amountTax: 0,
          currency: 'usd',
          links,
        },
        received: { amount: 700, currency: 'usd', customerId: null, email: `${MARK}@example.com` },
      })
      await handle({
        facts: [
          paid,
          {
            ...session(60, { contents: { customerEmail: `${MARK}@example.com`, paymentStatus: 'paid' } }),
            sessionId: 'cs_a',
          },
        ],
      })
      expect(await findMark(query, MARK)).toEqual([])
      expect(await query(`SELECT amount::int FROM payments WHERE payment_id = 'cs_2'`)).toEqual([{ amount: 700 }])
    }))

  test('of another person are as they would have been', () =>
    withPersons(async (persons) => {
      const { query, handleAll } = persons
      await forgetIn(persons)
      await handleAll([
        customer({
          customerId: 'cus_b',
          contact: { email: `new-${OTHER}@example.com`, deleted: false },
          occurredAt: at(70),
        }),
      ])
      expect(await query(`SELECT email, user_id FROM customers WHERE stripe_customer_id = 'cus_b'`)).toEqual([
        { email: `new-${OTHER}@example.com`, user_id: `user-${OTHER}` },
      ])
      expect(await query('SELECT count(*)::int FROM webhook_events WHERE raw_body IS NULL')).not.toEqual([{ count: 0 }])
      expect(await query(`SELECT raw_body IS NULL AS gone FROM webhook_events ORDER BY id DESC LIMIT 1`)).toEqual([
        { gone: false },
      ])
    }))

  test('a commit that has begun before is waited for', () =>
    withPersons(async (persons) => {
      const { owner, query } = persons
      const client = await owner.connect()
      let isOver = false
      try {
        await client.query('BEGIN')
        await client.query('SELECT max(id) FROM forgotten_keys') // as the first statement of a commit does
        const running = forgetIn(persons).finally(() => {
          isOver = true
        })
        await client.query(`INSERT INTO invoices (stripe_invoice_id, stripe_customer_id, status, amount_due, amount_paid, currency, customer_email)
          VALUES ('in_under_way', 'cus_a', 'paid', 1, 1, 'usd', '${MARK}@example.com')`)
        // Without the wait it would be over by then.
        await eventually(() => expect(isOver).toBe(true), 2_000).catch(() => {})
        expect(isOver).toBe(false)
        await client.query('COMMIT')
        await running
      } finally {
        client.release(true)
      }
      expect(await findMark(query, MARK)).toEqual([])
    }))
})

test('of a customer alone: the user stays, and is linked to the customer no more', () =>
  withPersons(async (persons) => {
    const { owner, query, handleAll } = persons
    await forget(owner, { customer: 'cus_a', account: null }, storesOf(), BY)
    await handleAll(LATE.slice(0, 4))
    const found = await findMark(query, MARK)
    expect(
      found.filter((column) =>
        /^(customers|subscriptions|invoices|credit_notes|payment_methods|webhook_)/.test(column),
      ),
    ).toEqual([])
    expect(await role(persons)).toMatchObject({ role: 'FREE' })
    expect(await query(`SELECT text FROM generation_jobs WHERE id = 'job_a'`)).toEqual([{ text: MARK }])
  }))

test('a subscription that belongs to another user by its own metadata stays that user’s', () =>
  withPersons(async (persons) => {
    const { query, handleAll } = persons
    await query(`INSERT INTO users (id) VALUES ('carol')`)
    const carols = {
      ...subscription(1, 'active', { links: [{ userId: 'carol', by: 'own' }] }),
      customerId: 'cus_a',
      subscriptionId: 'sub_carol',
    }
    await handleAll([carols])
    await forgetIn(persons)
    await handleAll([{ ...carols, occurredAt: at(80) }])
    expect(await query(`SELECT user_id FROM subscriptions WHERE stripe_subscription_id = 'sub_carol'`)).toEqual([
      { user_id: 'carol' },
    ])
    expect(await query(`SELECT role FROM users WHERE id = 'carol'`)).toEqual([{ role: 'PREMIUM' }])
    expect(await findMark(query, MARK)).toEqual([])
  }))

test('the host’s own link gives no access back', () =>
  withPersons(async (persons) => {
    const { query, handleAll } = persons
    await query(`UPDATE users SET stripe_customer_id = 'cus_a' WHERE id = 'user-${MARK}'`)
    await forgetIn(persons)
    await handleAll(LATE)
    expect(await query(`SELECT user_id FROM customers WHERE stripe_customer_id = 'cus_a'`)).toEqual([{ user_id: null }])
    expect(await role(persons)).toMatchObject({ role: 'FREE' })
  }))
