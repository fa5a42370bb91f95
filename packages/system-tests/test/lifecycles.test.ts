import { describe, expect, test } from '@jest/globals'
import { handledTypes } from '@sluice/handlers'
import { LIFECYCLES, type LifecycleName, lifecycleUntil } from '@sluice/simulator'
import { type State, statesOf } from './support/billing-state.ts'
import { ledgerFindings } from './support/ledger-findings.ts'
import { commitInBatches, insertUsers, lifecycleOf, withDatabase } from './support/lifecycle-orders.ts'

interface End {
  role: 'FREE' | 'PREMIUM'
  subscription: string | null
  /** The balance of all payments, in cents. */
  cash: number
  /** How many effects of each kind. */
  effects: Record<string, number>
}

const PAID = { receipt: 1, invoice: 1 }
const PAID_TWICE = { receipt: 2, invoice: 2 }

const ENDS: Record<LifecycleName, End> = {
  'checkout to renewal': {
    role: 'PREMIUM',
    subscription: 'active',
    cash: 3_800,
    effects: { ...PAID_TWICE, renewal: 1 },
  },
  'failed renewal to recovery': {
    role: 'PREMIUM',
    subscription: 'active',
    cash: 3_800,
    effects: { ...PAID_TWICE, renewal: 1, payment_failed: 2, payment_final_notice: 2, payment_reminder: 2 },
  },
  'failed renewal to cancellation': {
    role: 'FREE',
    subscription: 'canceled',
    cash: 1_900,
    effects: { ...PAID, renewal: 1, payment_failed: 3, payment_final_notice: 3, payment_reminder: 2 },
  },
  'never paid': {
    role: 'FREE',
    subscription: 'incomplete_expired',
    cash: 0,
    effects: { action_required: 1, payment_failed: 1, payment_final_notice: 1 },
  },
  'upgrade within the period': { role: 'FREE', subscription: 'canceled', cash: 3_400, effects: PAID_TWICE },
  'trial to paid': { role: 'PREMIUM', subscription: 'active', cash: 1_900, effects: { ...PAID, trial_ending: 1 } },
  'refunds, one of which fails': { role: 'PREMIUM', subscription: 'active', cash: 1_330, effects: PAID },
  'dispute that is lost': { role: 'PREMIUM', subscription: 'active', cash: -1_500, effects: { ...PAID, dispute: 1 } },
  'dispute that is won on appeal': {
    role: 'PREMIUM',
    subscription: 'active',
    cash: 400,
    effects: { ...PAID, dispute: 1 },
  },
  'order paid by debit, then refunded': { role: 'FREE', subscription: null, cash: 2_100, effects: { receipt: 1 } },
  'order whose debit fails': { role: 'FREE', subscription: null, cash: 0, effects: { checkout_failed: 1 } },
  'payment on the host page': { role: 'FREE', subscription: null, cash: 0, effects: { payment_intent_failed: 1 } },
  'pause and customer deletion': { role: 'FREE', subscription: 'canceled', cash: 1_900, effects: PAID },
}

describe('a lifecycle delivered in order', () => {
  test.each(Object.entries(ENDS))('leaves the right money, access and effects: %s', (name, expected) =>
    withDatabase(async (owner, worker) => {
      const lifecycle = lifecycleOf(name, LIFECYCLES[name as LifecycleName].steps)
      await insertUsers(owner, [lifecycle])
      await commitInBatches(worker, [lifecycle], 1)

      const states = await statesOf(owner, [lifecycle])
      expect(endOf(states.get(lifecycle.ending))).toEqual(expected)
      expect(await ledgerFindings(owner)).toEqual([])
    }),
  )
})

test('the simulator makes every Stripe event type that is handled', () => {
  const types = handledTypes.filter((type) => !type.startsWith('prediction.') && !type.startsWith('training.'))
  expect(types.filter((type) => lifecycleUntil(type, { seed: 1 }).at(-1)?.type !== type)).toEqual([])
})

interface Row {
  role: string
  status: string
  key: string
  account: string
  direction: string
  amount: number
}

function endOf(state: State = {}) {
  const rows = (table: string) => state[table] as Row[]
  const effects: Record<string, number> = {}
  for (const { key } of rows('outbox_messages')) {
    const [what = ''] = key.split(':')
    effects[what] = (effects[what] ?? 0) + 1
  }
  const cash = rows('ledger_entries').filter(({ account }) => account === 'cash')
  return {
    role: rows('users')[0]?.role,
    subscription: rows('subscriptions')[0]?.status ?? null,
    cash: cash.reduce((sum, { direction, amount }) => sum + (direction === 'debit' ? amount : -amount), 0),
    effects,
  }
}
