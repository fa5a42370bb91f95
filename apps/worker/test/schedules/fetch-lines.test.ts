import { expect, test } from '@jest/globals'
import { fetchLines } from '../../src/schedules/fetch-lines.ts'
import { type TestFetching, withFetching } from '../with-fetching.ts'

const OFFER = `INSERT INTO prices (stripe_price_id, active, registers) VALUES ('price_1', true, '{"creditTerms": []}')`

/** A session and its payment, as the merges leave them. */
const addPaid = ({ query }: TestFetching, id: string, account: string | null = null, daysAgo = 0) =>
  query(
    `WITH new AS (SELECT $1::text AS id, $2::text AS account, now() - make_interval(days => $3) AS paid_at), paid AS (
      INSERT INTO payments (payment_id, account, livemode, status, amount, currency, occurred_at)
      SELECT id, account, false, 'succeeded', 900, 'usd', paid_at FROM new)
    INSERT INTO checkout_sessions (stripe_checkout_session_id, account, livemode, mode, payment_status, registers)
    SELECT id, account, false, 'payment', 'paid', jsonb_build_object('bestPaid', jsonb_build_object('second', paid_at))
    FROM new`,
    [id, account, daysAgo],
  )

const session = (id: string, items = 1) => ({
  ...{ id, object: 'checkout.session' },
  line_items: {
    object: 'list',
    data: Array.from({ length: items }, (_, n) => ({ id: `li_${n}`, object: 'item', quantity: n + 1 })),
  },
})

const fetched = ({ query }: TestFetching) =>
  query(`SELECT event_id, type, account, livemode, headers ->> 'sluice-fetched-for' AS cause,
    jsonb_array_length(convert_from(raw_body, 'UTF8')::jsonb #> '{data,object,line_items,data}') AS items
    FROM webhook_events ORDER BY 1`)

const untilNone = async ({ fetching }: TestFetching) => {
  while ((await fetchLines(fetching)) > 0);
}

test('the line items of a paid session are fetched once, in the name of its account, and recorded as an event', () =>
  withFetching(async (test) => {
    await addPaid(test, 'cs_1', 'acct_1')
    test.stripe.put(session('cs_1', 12), 'acct_1')
    await untilNone(test)
    expect(test.stripe.requests).toEqual([]) // no price grants credits

    await test.query(OFFER)
    await untilNone(test)
    await untilNone(test)

    const path = '/v1/checkout/sessions/cs_1/line_items'
    expect(test.stripe.requests).toMatchObject([{ path, account: 'acct_1' }])
    const type = 'checkout.session.line_items'
    expect(await fetched(test)).toEqual([
      { event_id: 'fetch-cs_1-lines', type, account: 'acct_1', livemode: false, cause: 'cs_1', items: 12 },
    ])
    expect(await test.fetching.producer.counts()).toMatchObject({ 'webhook-events': { waiting: 1 } })
  }))

test('an unpaid, an older and an imported session are not asked for, nor is one without a payment', () =>
  withFetching(async (test) => {
    await test.query(OFFER)
    for (const id of ['cs_unpaid', 'cs_imported', 'cs_alone', 'cs_known']) await addPaid(test, id)
    await addPaid(test, 'cs_old', null, 31)
    await test.query(`UPDATE checkout_sessions SET payment_status = 'unpaid'
      WHERE stripe_checkout_session_id = 'cs_unpaid'`)
    await test.query(`UPDATE checkout_sessions SET registers = registers || '{"sold": {}}'
      WHERE stripe_checkout_session_id = 'cs_known'`)
    await test.query(`UPDATE payments SET registers = '{"imported": true}' WHERE payment_id = 'cs_imported'`)
    await test.query(`DELETE FROM payments WHERE payment_id = 'cs_alone'`)
    await untilNone(test)
    expect(test.stripe.requests).toEqual([])
  }))

test('while Stripe does not answer it asks again a minute later, and a day later for what Stripe does not have', () =>
  withFetching(async (test) => {
    const { stripe, fetching, query } = test
    await query(OFFER)
    await addPaid(test, 'cs_1')
    stripe.failWith({ status: 500 })
    await expect(fetchLines(fetching)).rejects.toThrow('Stripe')
    stripe.recover()
    const asked = stripe.requests.length
    expect(await fetchLines(fetching)).toBe(0)

    await query(`UPDATE checkout_sessions SET lines_fetch_after = now()`)
    expect(await fetchLines(fetching)).toBe(1)
    expect(stripe.requests).toHaveLength(asked + 1)
    const [row] = await query(`SELECT lines_fetch_after > now() + '23 h'::interval AS later FROM checkout_sessions`)
    expect([row, await fetched(test)]).toEqual([{ later: true }, []])
  }))
