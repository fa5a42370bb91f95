import { describe, expect, test } from '@jest/globals'
import type { Fact } from '@sluice/events'
import { deriveAccess, linkChangedUsers } from '../../src/commit/index.ts'
import type { MergeRules } from '../../src/merges/index.ts'
import { at, customer, entitlements, payment, subscription } from '../facts.ts'
import { permutations } from '../merges/merge-laws.ts'
import { type TestWorker, withWorker } from '../with-worker.ts'

const OURS = { account: null, livemode: true }
const THEIRS = { account: 'acct_1', livemode: true }
const NAMED = { accounts: new Set(['acct_1']) }
const LIVE_ONLY = { liveOnly: true }

const withUsers = (use: (worker: TestWorker) => Promise<void>, rules?: Partial<MergeRules>) =>
  withWorker(async (worker) => {
    await worker.query(`INSERT INTO users (id, stripe_customer_id) VALUES ('victim', 'cus_1'), ('mallory', NULL)`)
    await use(worker)
  }, rules)

const own = (userId: string) => ({ links: [{ userId, by: 'own' as const }] })

const roles = async ({ query }: TestWorker) =>
  Object.fromEntries((await query('SELECT id, role FROM users')).map(({ id, role }) => [id, role]))

const linked = async ({ query }: TestWorker, condition = 'true') =>
  Object.fromEntries(
    (
      await query(
        `SELECT 'customer' AS of, account, user_id FROM customers WHERE ${condition}
          UNION ALL SELECT 'subscription', account, user_id FROM subscriptions
          UNION ALL SELECT 'payment', account, user_id FROM payments
          UNION ALL SELECT 'entitlement', feature, user_id FROM entitlements`,
      )
    ).map((row) => [row['of'], [row['account'], row['user_id']]]),
  )

/** The state after these events, each committed alone, which is the same in every order. */
async function stateAfter(worker: TestWorker, events: Fact[]) {
  const states: unknown[] = []
  for (const order of permutations(events)) {
    await worker.query(
      `TRUNCATE customers, subscriptions, payments, entitlements, entitlement_summaries, ledger_entries, outbox_messages,
        webhook_events`,
    )
    await worker.query(`UPDATE users SET role = 'FREE', host_role = NULL, had_subscription = false`)
    for (const fact of order) await worker.handle({ facts: [fact] })
    states.push({ roles: await roles(worker), linked: await linked(worker) })
  }
  for (const state of states) expect(state).toEqual(states[0])
  return states[0]
}

describe('a connected account that tells of a customer of the platform', () => {
  const about = [
    customer({ ...OURS, occurredAt: at(1) }),
    customer({ ...THEIRS, ...own('mallory'), occurredAt: at(2), isSubscriber: true }),
    { ...subscription(2, 'active'), ...THEIRS, ...own('victim') },
    { ...entitlements(2, ['export']), ...THEIRS },
  ]

  test('changes neither its user nor any role or entitlement, in every order', () =>
    withUsers(async (worker) => {
      expect(await stateAfter(worker, about)).toEqual({
        roles: { victim: 'FREE', mallory: 'FREE' },
        linked: { customer: [null, 'victim'], subscription: ['acct_1', null], entitlement: ['export', null] },
      })
    }))

  test('also when it is named, except for the user that its own subscription names', () =>
    withUsers(async (worker) => {
      expect(await stateAfter(worker, about)).toEqual({
        roles: { victim: 'PREMIUM', mallory: 'FREE' },
        linked: { customer: [null, 'victim'], subscription: ['acct_1', 'victim'], entitlement: ['export', null] },
      })
    }, NAMED))

  test('books its payments without the user', () =>
    withUsers(async (worker) => {
      const paid = payment({ ...THEIRS, ...own('victim') })
      expect(await stateAfter(worker, [customer({ ...OURS }), paid])).toMatchObject({
        linked: { payment: ['acct_1', null] },
      })
      expect(await worker.query('SELECT DISTINCT stripe_account FROM ledger_entries')).toEqual([
        { stripe_account: 'acct_1' },
      ])
    }))
})

describe('a customer of a connected account, and its subscription', () => {
  const about = [
    customer({ ...THEIRS, isSubscriber: true }),
    { ...subscription(1, 'active'), ...THEIRS },
    { ...entitlements(1, ['export']), ...THEIRS },
  ]
  const none = {
    roles: { victim: 'FREE', mallory: 'FREE' },
    linked: { customer: ['acct_1', null], subscription: ['acct_1', null], entitlement: ['export', null] },
  }
  const all = {
    roles: { victim: 'PREMIUM', mallory: 'FREE' },
    linked: { customer: ['acct_1', 'victim'], subscription: ['acct_1', 'victim'], entitlement: ['export', 'victim'] },
  }

  test('give no access unless it is named', () =>
    withUsers(async (worker) => expect(await stateAfter(worker, about)).toEqual(none)))

  test('give access if it is', () =>
    withUsers(async (worker) => expect(await stateAfter(worker, about)).toEqual(all), NAMED))

  test('follow the settings where no event comes, with a subscription or without', () =>
    withUsers(async (worker) => {
      await worker.query(`INSERT INTO users (id, stripe_customer_id) VALUES ('other', 'cus_2')`)
      await worker.handle({ facts: [customer({ ...THEIRS, customerId: 'cus_2' })] })
      const other = async () =>
        (await worker.query(`SELECT user_id FROM customers WHERE stripe_customer_id = 'cus_2'`))[0]
      const state = async () => {
        const { other: _other, ...all } = await roles(worker)
        return { roles: all, linked: await linked(worker, `stripe_customer_id <> 'cus_2'`) }
      }
      const follow = async (rules: Partial<MergeRules>) => {
        while ((await deriveAccess(worker.pool, { pastDueIsActive: true, ...rules })) > 0);
        await worker.query('UPDATE user_changes SET due_at = now()')
        while ((await linkChangedUsers(worker.pool)) > 0);
      }
      for (const fact of about) await worker.handle({ facts: [fact] })
      await follow({})
      expect(await state()).toEqual(none)
      await follow(NAMED)
      expect([await state(), await other()]).toEqual([all, { user_id: 'other' }])
      await follow({})
      expect([await state(), await other()]).toEqual([none, { user_id: null }])
    }))
})

test.each([
  ['in production', LIVE_ONLY, 'FREE'],
  ['elsewhere', {}, 'PREMIUM'],
])('a subscription of test mode, %s', (_where, rules, expected) =>
  withUsers(async (worker) => {
    await worker.handle({ facts: [customer({ livemode: false }), subscription(1, 'active', { livemode: false })] })
    expect(await roles(worker)).toMatchObject({ victim: expected })
  }, rules),
)
