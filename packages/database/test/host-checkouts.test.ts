import { expect, test } from '@jest/globals'
import type { Fact } from '@sluice/events'
import { loadHostData, nextMessages } from '../src/host/index.ts'
import { BOOKED, DETAILS } from './credits/facts.ts'
import { reference, session } from './facts.ts'
import { withWorker } from './with-worker.ts'

const RULES = { pastDueIsActive: true, notifiesHost: true }

/** A session without a customer, whose buyer is a user of the host. */
const guest = (contents: Partial<ReturnType<typeof session>['contents']> = {}, by = 'user_1') =>
  session(2, {
    links: [{ userId: by, by: 'client_reference_id' }],
    contents: { paymentStatus: 'paid', details: { ...DETAILS, paymentIntentId: 'pi_1' }, ...contents },
  })
const FREE = { paymentStatus: 'no_payment_required', amountTotal: 0, details: DETAILS }

/** Its intent, with and without the session. */
const intent = (claim = {}) => reference('pi_1', null, { succeeded: true, ...claim })
const ALONE = intent({ received: { amount: 1_000, currency: 'usd', customerId: null } })
const CLAIMED = intent({
  session: {
    ...{ sessionId: 'cs_1', customerId: null, isPaid: true, createsInvoice: false },
    ...{ amountTotal: 1_000, amountTax: 0, currency: 'usd' },
    links: [{ userId: 'user_1', by: 'client_reference_id' }],
  },
})

test.each<[string, Fact[][], string | null, object?]>([
  ['paid', [[guest(), CLAIMED]], 'user_1'],
  [
    'paid, and whose session came after its money was booked',
    [
      [ALONE, BOOKED],
      [guest(), CLAIMED],
    ],
    'user_1',
  ],
  ['had nothing to pay', [[guest(FREE)]], 'user_1'],
  ['only left a card', [[guest({ ...FREE, mode: 'setup', amountTotal: null })]], 'user_1'],
  ['is no user', [[guest(FREE, 'cart_7')]], null],
  ['bought in test mode, where that gives nothing', [[guest(FREE)]], null, { liveOnly: true }],
])('checkout.completed names the guest who %s', (_what, batches, expected, rules = {}) =>
  withWorker(
    async ({ handle, query, pool }) => {
      await query(`INSERT INTO users (id) VALUES ('user_1')`)
      for (const facts of batches) await handle({ facts })
      const messages = (await nextMessages(pool, 'endpoint', 10, [], [])).filter(({ key }) => /^checkout/.test(key))
      const data = [...(await loadHostData(pool, messages)).values()]
      expect(data).toMatchObject([{ data: { sessionId: 'cs_1', userId: expected } }])
    },
    { ...RULES, ...rules },
  ),
)
