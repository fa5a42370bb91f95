import { expect, test } from '@jest/globals'
import type { Fact } from '@sluice/events'
import fc from 'fast-check'
import { at, customer, dispute, payment, price, session } from '../facts.ts'
import type { TestWorker } from '../with-worker.ts'
import {
  BOOKED,
  back,
  balance,
  bill,
  CHECKOUT,
  findings,
  intent,
  LINK,
  line,
  OFFER,
  PAID,
  PI,
  settle,
  sold,
  terms,
  withUser,
} from './facts.ts'

const TABLES = `customers, invoices, payments, payment_references, refunds, disputes, prices, ledger_entries, credit_entries,
  credit_accounts, checkout_sessions, catalogue_changes, webhook_events, outbox_messages`

/** The credits of each entry, as the hash of the state has them. */
const STATE = `SELECT coalesce(corrects, entry_key) AS key, user_id, account, starts_at, expires_at,
    sum(CASE direction WHEN 'debit' THEN amount ELSE -amount END) AS sum
  FROM credit_entries GROUP BY 1, 2, 3, 4, 5 HAVING sum(CASE direction WHEN 'debit' THEN amount ELSE -amount END) <> 0
  ORDER BY 1, 2, 3`

/** Commits the facts one by one in orders of all kinds, some twice: each gives this balance, and one state. */
async function inEveryOrder(worker: TestWorker, facts: Fact[], expected: number): Promise<void> {
  let state: unknown
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray([...facts, ...facts], { minLength: facts.length }), async (some) => {
      await worker.query(`TRUNCATE ${TABLES}`)
      for (const fact of new Set([...some, ...facts])) await worker.handle({ facts: [fact] })
      for (const fact of some.slice(0, 3)) await worker.handle({ facts: [fact] })
      await settle(worker)
      expect(await balance(worker)).toBe(expected)
      expect(await findings(worker)).toEqual([])
      const found = await worker.query(STATE)
      state ??= found
      expect(found).toEqual(state)
    }),
    { numRuns: 5 },
  )
}

test.each<[string, Fact[], number]>([
  ['what is paid is granted, times the quantity', [LINK, OFFER, bill([line({ quantity: 3 })]), PAID], 300],
  ['a refund takes back its part', [LINK, OFFER, bill(), PAID, PI, back('succeeded', 255)], 75],
  [
    'a full refund in parts takes back all',
    [
      LINK,
      OFFER,
      bill([line({ quantity: 1 })]),
      PAID,
      PI,
      ...[333, 333, 334].map((part, n) => back('succeeded', part, `re_${n}`)),
    ],
    0,
  ],
  [
    'a refund that fails is nothing',
    [LINK, OFFER, bill(), PAID, PI, back('succeeded', 1_000), back('failed', 1_000, 're_1', 9)],
    100,
  ],
  ['money that a dispute withdrew takes back all', [LINK, OFFER, bill(), PAID, PI, dispute(5, 'lost')], 0],
  ['a dispute that is won is nothing', [LINK, OFFER, bill(), PAID, PI, dispute(5, 'lost'), dispute(9, 'won')], 100],
  [
    'the price of the time of payment counts',
    [LINK, OFFER, price(9, { creditOffer: { terms: terms(500), before: terms(100) } }), bill(), PAID],
    100,
  ],
  [
    'credits that were not offered yet are not granted',
    [LINK, price(9, { creditOffer: { terms: terms(500), before: null } }), bill(), PAID],
    0,
  ],
  [
    'a session names its credits',
    [
      LINK,
      session(2, { contents: { paymentStatus: 'paid', details: { creditTerms: terms(40) } as never } }),
      payment({ paymentId: 'cs_1', stripeInvoiceId: null, stripeSubscriptionId: null }),
    ],
    40,
  ],
  [
    'two customers are one user',
    [
      LINK,
      customer({ customerId: 'cus_2', links: [{ userId: 'user_1', by: 'own' }] }),
      OFFER,
      bill(),
      PAID,
      bill([line()], 'in_2'),
      payment({
        paymentId: 'in_2',
        stripeInvoiceId: 'in_2',
        stripeCustomerId: 'cus_2',
        currency: 'jpy',
        occurredAt: at(3),
      }),
    ],
    200,
  ],
  [
    'the line items of a session grant, times their quantities',
    [
      LINK,
      OFFER,
      price(0, { priceId: 'price_2', creditOffer: { terms: terms(7, { trialCredits: 1 }) } }),
      ...CHECKOUT,
      sold(
        9,
        { quantity: 2 },
        { priceId: 'price_2', quantity: 3 },
        { priceId: 'price_2', amount: 0 },
        { priceId: 'p' },
      ),
      back('succeeded', 500),
    ],
    // 200 + 21 + 1, of which the half went back: 100 and 11.
    111,
  ],
  [
    'the metadata of a session comes before that of its intent and before its line items',
    [
      LINK,
      OFFER,
      ...CHECKOUT.slice(1),
      session(2, { contents: { paymentStatus: 'paid', details: { creditTerms: terms(40) } as never } }),
      intent(terms(25)),
      sold(9, {}),
    ],
    40,
  ],
  ['the metadata of an intent grants', [LINK, intent(terms(25)), BOOKED, back('succeeded', 500)], 13],
  ['the metadata of an intent comes before line items', [LINK, OFFER, ...CHECKOUT, intent(terms(25)), sold(9, {})], 25],
  [
    'of an intent that paid an invoice, the lines grant',
    [LINK, intent(terms(25)), BOOKED, PI, OFFER, bill(), PAID],
    100,
  ],
  [
    'a refund and a dispute of one charge take nothing twice',
    [LINK, OFFER, bill(), PAID, PI, back('succeeded', 600), dispute(7, 'lost', { amount: 1_000 })],
    0,
  ],
  ['a dispute of a part takes its part', [LINK, OFFER, bill(), PAID, PI, dispute(7, 'lost', { amount: 255 })], 75],
  ['an inquiry takes nothing', [LINK, OFFER, bill(), PAID, PI, dispute(7, 'warning_needs_response')], 100],
])('in every order: %s', (_what, facts, expected) => withUser((worker) => inEveryOrder(worker, facts, expected)))
