import { randomUUID } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import type { Fact } from '@sluice/events'
import { linkChangedUsers } from '../../src/commit/link-customers.ts'
import { at, customer, payment, subscription } from '../facts.ts'
import { type TestWorker, withWorker } from '../with-worker.ts'

const own = (userId: string) => ({ links: [{ by: 'own' as const, userId }] })

/** A customer with an active subscription that was paid. */
const subscriber = (customerId: string, links = {}): Fact[] => [
  customer({ customerId, isSubscriber: true, ...links }),
  subscription(1, 'active', { customerId, subscriptionId: `sub_of_${customerId}` }),
  payment({ paymentId: `in_of_${customerId}`, stripeCustomerId: customerId }),
]

async function sweep({ pool }: TestWorker): Promise<void> {
  while ((await linkChangedUsers(pool)) > 0);
}

const rolesOf = async ({ query }: TestWorker) =>
  Object.fromEntries(
    (await query<{ id: string; role: string }>('SELECT id, role FROM users ORDER BY 1')).map(({ id, role }) => [
      id,
      role,
    ]),
  )

/** The users of the customer, its subscription and its payment. */
const usersOf = async ({ query }: TestWorker, customerId: string) =>
  (
    await query(
      `SELECT c.user_id AS customer, s.user_id AS subscription, p.user_id AS payment FROM customers c
        JOIN subscriptions s USING (stripe_customer_id) JOIN payments p USING (stripe_customer_id)
        WHERE c.stripe_customer_id = $1`,
      [customerId],
    )
  )[0]

const all = (user: string | null) => ({ customer: user, subscription: user, payment: user })

const cachesOf = async ({ query }: TestWorker) =>
  (
    await query(`SELECT DISTINCT payload ->> 'userId' AS "user" FROM outbox_messages WHERE effect_key LIKE '%:change:%'
    ORDER BY 1`)
  ).map(({ user }) => user)

describe('the host moves a customer in SQL', () => {
  const moved = (statements: string, use: (worker: TestWorker) => Promise<void>, links = {}) =>
    withWorker(async (worker) => {
      await worker.query(
        `INSERT INTO users (id, stripe_customer_id) VALUES ('a', 'cus_1'), ('b', 'cus_2'), ('c', NULL), ('d', NULL)`,
      )
      await worker.handle({ facts: subscriber('cus_1', links) })
      await sweep(worker)
      await worker.query('DELETE FROM outbox_messages')
      expect(await rolesOf(worker)).toEqual({ a: 'PREMIUM', b: 'FREE', c: 'FREE', d: 'FREE' })
      await worker.query(statements)
      await sweep(worker)
      await use(worker)
      expect(await worker.query('SELECT FROM user_changes WHERE due_at <= now()')).toEqual([])
    })

  test('to another user, and both roles and caches are right after the next sweep', () =>
    moved(
      `UPDATE users SET stripe_customer_id = NULL WHERE id = 'a'; UPDATE users SET stripe_customer_id = 'cus_1' WHERE id = 'c'`,
      async (worker) => {
        expect(await rolesOf(worker)).toMatchObject({ a: 'FREE', c: 'PREMIUM' })
        expect(await usersOf(worker, 'cus_1')).toEqual(all('c'))
        expect(await cachesOf(worker)).toEqual(['a', 'c'])
      },
    ))

  test('to nobody', () =>
    moved(`UPDATE users SET stripe_customer_id = NULL WHERE id = 'a'`, async (worker) => {
      expect(await rolesOf(worker)).toMatchObject({ a: 'FREE' })
      expect(await usersOf(worker, 'cus_1')).toEqual(all(null))
    }))

  test('to nobody, where metadata names the next user', () =>
    moved(
      `UPDATE users SET stripe_customer_id = NULL WHERE id = 'a'`,
      async (worker) => {
        expect(await rolesOf(worker)).toMatchObject({ a: 'FREE', d: 'PREMIUM' })
        expect(await usersOf(worker, 'cus_1')).toEqual(all('d'))
      },
      own('d'),
    ))

  test('in exchange for another', () =>
    moved(
      `UPDATE users SET stripe_customer_id = 'swap' WHERE id = 'a'; UPDATE users SET stripe_customer_id = 'cus_1' WHERE id = 'b';
        UPDATE users SET stripe_customer_id = 'cus_2' WHERE id = 'a'`,
      async (worker) => {
        expect(await rolesOf(worker)).toMatchObject({ a: 'FREE', b: 'PREMIUM' })
        expect(await usersOf(worker, 'cus_1')).toEqual(all('b'))
      },
    ))

  test('there and back', () =>
    moved(
      `UPDATE users SET stripe_customer_id = NULL WHERE id = 'a'; UPDATE users SET stripe_customer_id = 'cus_1' WHERE id = 'a'`,
      async (worker) => {
        expect(await rolesOf(worker)).toMatchObject({ a: 'PREMIUM' })
        expect(await cachesOf(worker)).toEqual([])
      },
    ))

  test('by a new id of its user', () =>
    moved(`UPDATE users SET id = 'z' WHERE id = 'a'`, async (worker) => {
      expect(await rolesOf(worker)).toMatchObject({ z: 'PREMIUM' })
      expect(await usersOf(worker, 'cus_1')).toEqual(all('z'))
    }))

  test('by deleting its user, and the next link counts', () =>
    moved(
      `DELETE FROM users WHERE id = 'a'`,
      async (worker) => {
        expect(await rolesOf(worker)).toMatchObject({ d: 'PREMIUM' })
        expect(await usersOf(worker, 'cus_1')).toEqual(all('d'))
      },
      own('d'),
    ))

  test('from a user whom the host gave PREMIUM before, and who has no subscription any more', () =>
    withWorker(async (worker) => {
      await worker.query(
        `INSERT INTO users (id, stripe_customer_id, role) VALUES ('a', 'cus_1', 'PREMIUM'), ('b', NULL, 'FREE')`,
      )
      await worker.handle({ facts: subscriber('cus_1') })
      await worker.query(`UPDATE users SET stripe_customer_id = NULL WHERE id = 'a'`)
      await worker.query(`UPDATE users SET stripe_customer_id = 'cus_1' WHERE id = 'b'`)
      await sweep(worker)
      expect(await rolesOf(worker)).toEqual({ a: 'FREE', b: 'PREMIUM' })
    }))

  test('that has payments alone', () =>
    withWorker(async (worker) => {
      await worker.query(`INSERT INTO users (id, stripe_customer_id) VALUES ('a', 'cus_1')`)
      await worker.handle({ facts: [customer({}), payment({ stripeCustomerId: 'cus_1' })] })
      await sweep(worker)
      await worker.query(`UPDATE users SET stripe_customer_id = NULL`)
      await sweep(worker)
      expect(await worker.query('SELECT user_id FROM payments')).toEqual([{ user_id: null }])
    }))

  test('and takes nothing from a user who never had a subscription', () =>
    withWorker(async (worker) => {
      await worker.query(
        `INSERT INTO users (id, stripe_customer_id, role) VALUES ('a', 'cus_1', 'PREMIUM'), ('b', NULL, 'FREE')`,
      )
      await worker.handle({ facts: [customer({})] })
      await worker.query(`UPDATE users SET stripe_customer_id = NULL WHERE id = 'a'`)
      await worker.query(`UPDATE users SET stripe_customer_id = 'cus_1' WHERE id = 'b'`)
      await sweep(worker)
      expect(await rolesOf(worker)).toEqual({ a: 'PREMIUM', b: 'FREE' })
    }))
})

describe('a user whom the host inserts later', () => {
  test('wins the customer by a stronger link than the present one', () =>
    withWorker(async (worker) => {
      await worker.query(`INSERT INTO users (id) VALUES ('weak')`)
      const links = [
        { by: 'own' as const, userId: 'strong' },
        { by: 'metadata' as const, userId: 'weak' },
      ]
      await worker.handle({ facts: subscriber('cus_1', { links }) })
      expect(await rolesOf(worker)).toEqual({ weak: 'PREMIUM' })
      await sweep(worker)
      await worker.query(`INSERT INTO users (id) VALUES ('strong'), ('other')`)
      await sweep(worker)
      expect(await rolesOf(worker)).toEqual({ weak: 'FREE', strong: 'PREMIUM', other: 'FREE' })
      expect(await usersOf(worker, 'cus_1')).toEqual(all('strong'))
      expect(await cachesOf(worker)).toEqual(['strong', 'weak'])
    }))

  test('wins nothing by a weaker link', () =>
    withWorker(async (worker) => {
      await worker.query(`INSERT INTO users (id) VALUES ('strong')`)
      const links = [
        { by: 'own' as const, userId: 'strong' },
        { by: 'client_reference_id' as const, userId: 'weak' },
      ]
      await worker.handle({ facts: subscriber('cus_1', { links }) })
      await sweep(worker)
      await worker.query(`INSERT INTO users (id) VALUES ('weak')`)
      await sweep(worker)
      expect(await rolesOf(worker)).toEqual({ strong: 'PREMIUM', weak: 'FREE' })
    }))

  test('wins the customer that the host names at once', () =>
    withWorker(async (worker) => {
      await worker.handle({ facts: subscriber('cus_1') })
      await worker.query(`INSERT INTO users (id, stripe_customer_id) VALUES ('a', 'cus_1')`)
      await sweep(worker)
      expect(await rolesOf(worker)).toEqual({ a: 'PREMIUM' })
      expect(await usersOf(worker, 'cus_1')).toEqual(all('a'))
    }))

  test('wins the subscription whose own metadata names the user', () =>
    withWorker(async (worker) => {
      await worker.query(`INSERT INTO users (id) VALUES ('a')`)
      const named = subscription(1, 'active', { subscriptionId: 'sub_2', ...own('b') })
      const paid = payment({ paymentId: 'in_2', stripeCustomerId: 'cus_1', stripeSubscriptionId: 'sub_2' })
      await worker.handle({ facts: [...subscriber('cus_1', own('a')), named, paid] })
      await sweep(worker)
      await worker.query(`INSERT INTO users (id) VALUES ('b')`)
      await sweep(worker)
      expect(await rolesOf(worker)).toEqual({ a: 'PREMIUM', b: 'PREMIUM' })
      expect(await worker.query('SELECT payment_id, user_id FROM payments ORDER BY 1')).toEqual([
        { payment_id: 'in_2', user_id: 'b' },
        { payment_id: 'in_of_cus_1', user_id: 'a' },
      ])
    }))

  test('wins the payments of a guest', () =>
    withWorker(async (worker) => {
      const links = [{ by: 'metadata' as const, userId: 'a' }]
      await worker.handle({ facts: [payment({ paymentId: 'cs_1', stripeCustomerId: null, links })] })
      await worker.query(`INSERT INTO users (id) VALUES ('a')`)
      await sweep(worker)
      expect(await worker.query('SELECT user_id FROM payments')).toEqual([{ user_id: 'a' }])
      expect(await cachesOf(worker)).toEqual(['a'])
    }))
})

describe('a user who was named by mistake', () => {
  const mistaken = (role: string, use: (worker: TestWorker) => Promise<void>) =>
    withWorker(async (worker) => {
      await worker.query(`INSERT INTO users (id, role) VALUES ('buyer', 'FREE'), ('referrer', '${role}')`)
      const links = [{ by: 'client_reference_id' as const, userId: 'referrer' }]
      await worker.handle({ facts: subscriber('cus_1', { links }) })
      await use(worker)
      await worker.handle({ facts: [customer({ ...own('buyer'), occurredAt: at(1) })] })
      expect(await rolesOf(worker)).toEqual({ buyer: expect.any(String), referrer: role })
      expect(await worker.query(`SELECT host_role, had_subscription FROM users WHERE id = 'referrer'`)).toEqual([
        { host_role: null, had_subscription: false },
      ])
    })

  test('loses the role that the subscription of another gave', () =>
    mistaken('FREE', async (worker) => {
      expect(await rolesOf(worker)).toEqual({ buyer: 'FREE', referrer: 'PREMIUM' })
    }))

  test('has the role that the host gave again', () =>
    mistaken('PREMIUM', async (worker) => {
      const ended = subscription(2, 'canceled', { subscriptionId: 'sub_of_cus_1' })
      await worker.handle({ facts: [customer({}), ended] })
      expect(await rolesOf(worker)).toEqual({ buyer: 'FREE', referrer: 'FREE' })
    }))
})

test('a subscription that has not started leaves the role that the host gave, and one that has ended takes it', () =>
  withWorker(async (worker) => {
    await worker.query(`INSERT INTO users (id, role) VALUES ('a', 'PREMIUM')`)
    const links = own('a')
    for (const [second, status] of ['incomplete', 'incomplete_expired'].entries()) {
      await worker.handle({ facts: [customer(links), subscription(second, status, links)] })
      expect(await rolesOf(worker)).toEqual({ a: 'PREMIUM' })
    }
    const other = { ...links, customerId: 'cus_2', subscriptionId: 'sub_2' }
    await worker.handle({ facts: [customer(other), subscription(3, 'canceled', other)] })
    expect(await rolesOf(worker)).toEqual({ a: 'FREE' })
  }))

test('a subscription that moves to another customer takes the role of its former user at once', () =>
  withWorker(async (worker) => {
    await worker.query(`INSERT INTO users (id, stripe_customer_id) VALUES ('a', 'cus_1'), ('b', 'cus_2')`)
    await worker.handle({ facts: [customer({ isSubscriber: true }), subscription(1, 'active')] })
    expect(await rolesOf(worker)).toEqual({ a: 'PREMIUM', b: 'FREE' })
    const customerId = 'cus_2'
    await worker.handle({
      facts: [customer({ customerId, isSubscriber: true }), subscription(2, 'active', { customerId })],
    })
    expect(await rolesOf(worker)).toEqual({ a: 'FREE', b: 'PREMIUM' })
    expect(
      await worker.query(`SELECT payload ->> 'userId' AS "user" FROM outbox_messages ORDER BY effect_key`),
    ).toEqual([{ user: 'a' }, { user: 'a' }, { user: 'b' }])
  }))

test('a change is handled again, since a commit may have read the users before it', () =>
  withWorker(async (worker) => {
    await worker.query(`INSERT INTO users (id) VALUES ('a')`)
    await worker.handle({ facts: subscriber('cus_1', own('a')) })
    await sweep(worker)
    await worker.query(`UPDATE customers SET user_id = NULL; UPDATE subscriptions SET user_id = NULL`)
    await worker.query(`UPDATE users SET role = 'FREE'`)
    await sweep(worker)
    expect(await rolesOf(worker)).toEqual({ a: 'FREE' })
    await worker.query('UPDATE user_changes SET due_at = now()')
    await sweep(worker)
    expect(await rolesOf(worker)).toEqual({ a: 'PREMIUM' })
    expect(await worker.query('SELECT FROM user_changes')).toEqual([])
  }))

test('several sweepers handle each change of the host', () =>
  withWorker(async (worker) => {
    const count = 40
    const ids = Array.from({ length: count }, (_, index) => `${index}`)
    await worker.handle({ facts: ids.flatMap((id) => subscriber(`cus_${id}`, own(`user_${id}`))) })
    for (const id of ids) await worker.query('INSERT INTO users (id) VALUES ($1)', [`user_${id}`])
    await Promise.all([sweep(worker), sweep(worker), sweep(worker)])
    expect(new Set(Object.values(await rolesOf(worker)))).toEqual(new Set(['PREMIUM']))
    expect(await worker.query('SELECT FROM user_changes WHERE due_at <= now()')).toEqual([])
  }))

test('a host that may write users alone has its changes noted', () =>
  withWorker(async (worker) => {
    const host = `host_${randomUUID().replaceAll('-', '')}`
    await worker.query(`CREATE ROLE ${host}; GRANT USAGE ON SCHEMA sluice TO ${host};
      GRANT SELECT, INSERT, UPDATE, DELETE ON users TO ${host}`)
    try {
      await worker.query(`SET ROLE ${host}; INSERT INTO users (id, stripe_customer_id) VALUES ('a', 'cus_1');
        UPDATE users SET stripe_customer_id = 'cus_2'; DELETE FROM users; RESET ROLE`)
    } finally {
      await worker.query(`DROP OWNED BY ${host}; DROP ROLE ${host}`)
    }
    expect(await worker.query('SELECT user_id FROM user_changes')).toEqual(Array(3).fill({ user_id: 'a' }))
  }))
