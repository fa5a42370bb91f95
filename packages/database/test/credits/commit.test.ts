import { describe, expect, test } from '@jest/globals'
import type { Fact } from '@sluice/events'
import { settleLeftReservations } from '../../src/commit/index.ts'
import { leaseSessionsWithoutLines } from '../../src/reconcile/index.ts'
import { at, dispute, payment, prediction, price, product, refund } from '../facts.ts'
import {
  BOOKED,
  back,
  balance,
  bill,
  CHECKOUT,
  findings,
  intent,
  LATE,
  LINK,
  line,
  OFFER,
  one,
  PAID,
  PI,
  reserve,
  settle,
  sold,
  terms,
  withUser,
} from './facts.ts'

test('a renewal grants again; a trial, a proration and an imported payment grant nothing', () =>
  withUser(async (worker) => {
    await worker.handle({ facts: [LINK, OFFER, bill(), PAID] })
    await worker.handle({ facts: [bill([line()], 'in_2'), payment({ paymentId: 'in_2', stripeInvoiceId: 'in_2' })] })
    expect(await balance(worker)).toBe(200)
    const others = [line({ amount: 0 }), line({ isProration: true }), line({ amount: -500 })]
    await worker.handle({ facts: [bill(others, 'in_3'), payment({ paymentId: 'in_3', stripeInvoiceId: 'in_3' })] })
    await worker.handle({
      facts: [bill([line()], 'in_4'), payment({ paymentId: 'in_4', stripeInvoiceId: 'in_4', imported: true })],
    })
    expect(await balance(worker)).toBe(200)
    const trial = line({ amount: 0, creditTerms: terms(100, { trialCredits: 7 }) })
    await worker.handle({
      facts: [bill([trial], 'in_5'), payment({ paymentId: 'in_5', stripeInvoiceId: 'in_5', amount: 0 })],
    })
    expect(await balance(worker)).toBe(207)
  }))

test('credits expire with the period, or after days', () =>
  withUser(async (worker) => {
    const until = (expires: 'period' | number, fields = {}) => line({ creditTerms: terms(10, { expires }), ...fields })
    const soon = new Date(Date.now() + 60_000).toISOString()
    const lines = [
      until('period', { priceId: 'price_over', periodEnd: at(3).toISOString() }),
      until('period', { priceId: 'price_running', periodEnd: soon }),
      until(1, { priceId: 'price_day' }),
    ]
    await worker.handle({ facts: [LINK, bill(lines), payment({ occurredAt: new Date() })] })
    expect(await balance(worker)).toBe(20)
    expect(Number(await one(worker, `sluice_credits_at('user_1', now() + '2 min'::interval)`))).toBe(10)
    expect(Number(await one(worker, `sluice_credits_at('user_1', now() + '25 h'::interval)`))).toBe(0)
  }))

test.each<[string, string, number]>([
  ['succeeds', 'succeeded', 70],
  ['fails', 'failed', 100],
  ['is canceled', 'canceled', 100],
  ['is aborted', 'aborted', 100],
])('a generation that %s settles its reservation, whichever comes first', (_what, status, left) =>
  withUser(async (worker) => {
    await worker.query(`INSERT INTO generation_jobs (id, user_id, prediction_id)
      VALUES ('job_1', 'user_1', 'p1'), ('job_2', 'user_1', 'p2')`)
    await worker.handle({ facts: [LINK, OFFER, bill(), PAID] })
    expect(await reserve(worker, 30)).toBe(true)
    expect(await balance(worker)).toBe(70)
    const ended = (predictionId: string) => prediction(status as never, { predictionId, completedAt: at(7) })
    await worker.handle({ facts: [prediction('processing')] })
    expect(await balance(worker)).toBe(70)
    await worker.handle({ facts: [ended('p1')] })
    await worker.handle({ facts: [ended('p1')] })
    expect(await balance(worker)).toBe(left)
    await worker.handle({ facts: [ended('p2')] })
    expect(await reserve(worker, 30, 'job_2')).toBe(status === 'succeeded')
    expect(await balance(worker)).toBe(left - (100 - left))
    expect(await findings(worker)).toEqual([])
  }),
)

test('another ending that counts corrects the settlement', () =>
  withUser(async (worker) => {
    await worker.query(`INSERT INTO generation_jobs (id, user_id, prediction_id) VALUES ('job_1', 'user_1', 'p1')`)
    await worker.handle({ facts: [LINK, OFFER, bill(), PAID] })
    await reserve(worker, 30)
    await worker.handle({ facts: [prediction('failed', { completedAt: at(9) })] })
    expect(await balance(worker)).toBe(100)
    await worker.handle({ facts: [prediction('succeeded', { completedAt: at(8) })] })
    expect(await balance(worker)).toBe(70)
    expect(await findings(worker)).toEqual([])
  }))

test('credits that were spent are missing when their payment is refunded, until others repay them', () =>
  withUser(async (worker) => {
    await worker.handle({ facts: [LINK, OFFER, bill(), PAID, PI] })
    await reserve(worker, 80)
    await worker.handle({ facts: [back('succeeded', 1_000)] })
    expect(await balance(worker)).toBe(-80)
    expect(await reserve(worker, 1, 'job_2')).toBe(false)
    await worker.handle({ facts: [bill([line()], 'in_2'), payment({ paymentId: 'in_2', stripeInvoiceId: 'in_2' })] })
    expect(await balance(worker)).toBe(20)
  }))

test('what goes back in another currency than was booked is a part of what was paid in it', () =>
  withUser(async (worker) => {
    const euros = intent(terms(60), { amount: 900, currency: 'eur' })
    await worker.handle({ facts: [LINK, ...CHECKOUT, euros, refund(5, 'succeeded', { amount: 300, currency: 'eur' })] })
    expect([await balance(worker), await findings(worker)]).toEqual([40, []])
    await worker.handle({ facts: [refund(5, 'succeeded', { amount: 601, currency: 'eur', refundId: 're_2' })] })
    expect(await findings(worker)).toEqual([{ key: 'cs_1', expected: 'refunds of at most 900 eur', found: '901 eur' }])
    await worker.handle({ facts: [refund(6, 'failed', { amount: 601, currency: 'eur', refundId: 're_2' })] })
    await worker.handle({ facts: [dispute(6, 'lost', { amount: 1, currency: 'jpy' })] })
    expect(await balance(worker)).toBe(0) // nobody knows what it was in yen
  }))

test('payments are looked for when the credits of a price change, and not when anything else does', () =>
  withUser(async (worker) => {
    const noted = async (...facts: Fact[]) => {
      await worker.query('DELETE FROM catalogue_changes')
      await worker.handle({ facts })
      return (await worker.query('SELECT FROM catalogue_changes')).length
    }
    const offer = (second: number, credits: number, name = '') =>
      price(second, { creditOffer: { terms: terms(credits) }, contents: { lookupKey: name } })
    expect(await noted(price(1))).toBe(0)
    expect(await noted(offer(2, 100))).toBe(2)
    expect(await noted(offer(4, 100, 'renamed'))).toBe(0)
    expect(await noted(offer(4, 100, 'renamed'))).toBe(0)
    expect(await noted(offer(6, 200))).toBe(2)
    expect(await noted(offer(3, 50))).toBe(2) // it came late
  }))

describe('a session that comes after its intent was booked alone', () => {
  const { creditTerms: _, ...alone } = intent(terms(1))
  const lines = sold(9, { quantity: 2 })

  test.each<[string, Fact[][]]>([
    [
      'with its line items',
      [
        [alone, BOOKED, OFFER],
        [...LATE, lines],
      ],
    ],
    ['before its line items', [[alone, BOOKED, OFFER], LATE, [lines]]],
    ['before its price', [[alone, BOOKED], [...LATE, lines], [OFFER]]],
  ])('grants, if it comes %s', (_what, batches) =>
    withUser(async (worker) => {
      for (const facts of batches) await worker.handle({ facts: [LINK, ...facts] })
      await settle(worker)
      expect([await balance(worker), await findings(worker)]).toEqual([200, []])
    }),
  )

  test('is asked for its line items', () =>
    withUser(async (worker) => {
      const today = [alone, ...LATE].map((fact) => ({ ...fact, occurredAt: new Date() }))
      await worker.handle({ facts: [OFFER, BOOKED, ...today] })
      const { sessions } = await leaseSessionsWithoutLines(worker.pool, 10)
      expect(sessions).toMatchObject([{ sessionId: 'cs_1' }])
    }))
})

test('credits move to the user that the payment belongs to', () =>
  withUser(async (worker) => {
    await worker.handle({ facts: [OFFER, bill(), PAID] })
    await worker.handle({ facts: [LINK] })
    expect(await balance(worker)).toBe(100)
    await worker.query(`UPDATE users SET stripe_customer_id = 'cus_1' WHERE id = 'user_2'`)
    await settle(worker)
    expect([await balance(worker), await balance(worker, 'user_2')]).toEqual([0, 100])
    expect(await findings(worker)).toEqual([])
  }))

test('the cache of the user is dropped when credits change', () =>
  withUser(async (worker) => {
    await worker.query(`INSERT INTO generation_jobs (id, user_id, prediction_id) VALUES ('job_1', 'user_1', 'p1')`)
    await worker.handle({ facts: [LINK, OFFER, bill(), PAID, PI] })
    await reserve(worker, 30)
    const caches = () =>
      worker.query(`DELETE FROM outbox_messages WHERE kind = 'features.invalidate' RETURNING payload`)
    await caches()
    await worker.handle({ facts: [prediction('failed')] })
    expect(await caches()).toEqual([{ payload: { userId: 'user_1' } }])
    await worker.handle({ facts: [back('succeeded', 500)] })
    expect(await caches()).toEqual([{ payload: { userId: 'user_1' } }])
  }))

test('a job that never got a prediction gives its credits back after a day', () =>
  withUser(async (worker) => {
    await worker.query(`INSERT INTO generation_jobs (id, user_id) VALUES ('job_1', 'user_1'), ('job_2', 'user_1')`)
    await worker.handle({ facts: [LINK, OFFER, bill(), PAID] })
    for (const job of ['job_1', 'job_2']) await reserve(worker, 10, job)
    await worker.query(
      `UPDATE credit_entries SET created_at = now() - '25 h'::interval WHERE generation_job_id = 'job_1'`,
    )
    expect(await settleLeftReservations(worker.pool)).toBe(1)
    expect([await balance(worker), await findings(worker)]).toEqual([90, []])
    await worker.query(`UPDATE generation_jobs SET prediction_id = 'p1' WHERE id = 'job_1'`)
    await worker.handle({ facts: [prediction('succeeded', { completedAt: at(9) })] })
    expect([await balance(worker), await findings(worker)]).toEqual([80, []])
  }))

test('a reservation whose generation never begins, or whose ending came just before it, is settled by the schedule', () =>
  withUser(async (worker) => {
    await worker.query(`INSERT INTO generation_jobs (id, user_id, prediction_id) VALUES ('job_1', 'user_1', 'p1')`)
    await worker.handle({ facts: [LINK, OFFER, bill(), PAID] })
    for (const job of ['job_1', 'job_2', 'job_3']) await reserve(worker, 10, job)
    await worker.query(`UPDATE generation_jobs SET status = 'failed'`)
    await worker.query(
      `UPDATE credit_entries SET created_at = now() - '25 h'::interval WHERE generation_job_id = 'job_2'`,
    )
    expect(await findings(worker)).toHaveLength(1)
    expect(await settleLeftReservations(worker.pool)).toBe(2)
    expect(await settleLeftReservations(worker.pool)).toBe(0)
    expect(await balance(worker)).toBe(90)
    expect(await findings(worker)).toEqual([])
  }))

test('the check of the ledger finds credits that do not add up, or follow from nothing', () =>
  withUser(async (worker) => {
    await worker.handle({ facts: [LINK, OFFER, bill(), PAID] })
    await worker.query(`DELETE FROM credit_entries WHERE account = 'granted'`)
    expect(await findings(worker)).toEqual([
      { key: 'payment:in_1:price_1', expected: '-100 granted credits of user_1', found: 'nothing' },
      { key: 'payment:in_1:price_1', expected: 'credits of 100, as its debits', found: '0' },
    ])
  }))

test('while nothing names credits, no commit asks for them', () =>
  withUser(async (worker) => {
    await worker.query(
      'REVOKE SELECT (about) ON credit_entries FROM sluice_worker; REVOKE SELECT ON credit_entries FROM sluice_worker; GRANT SELECT (id) ON credit_entries TO sluice_worker',
    )
    expect(
      (await worker.handle({ facts: [LINK, product(1), price(1), bill(), PAID, PI, back('succeeded', 500)] }))?.outcome,
    ).toBe('processed')
  }))
