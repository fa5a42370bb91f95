import { describe, expect, test } from '@jest/globals'
import { CUSTOMER, INVOICE, PAYMENT, SUBSCRIPTION, withEffects } from './with-effects.ts'

describe('a payment intent that failed', () => {
  const run = (reference: Record<string, unknown> | null) =>
    withEffects(async ({ insert, run, smtp }) => {
      await insert('customers', CUSTOMER)
      if (reference) await insert('payment_references', { reference: 'pi_1', ...reference })
      const payload = { paymentIntentId: 'pi_1', customerId: 'cus_1' }
      return { reason: await run('payment_intent.failed', 'payment_intent_failed:pi_1', payload), mails: smtp.mails }
    })

  test('reaches the customer', async () => {
    const { reason, mails } = await run(null)
    expect(reason).toBeNull()
    expect(mails).toEqual([
      expect.objectContaining({
        to: 'ada@customer.example',
        text: expect.stringContaining('You have not been charged'),
      }),
    ])
  })

  test('sends nothing if it succeeded after all, or if its invoice has its own e-mail', async () => {
    expect(await run({ succeeded: true })).toEqual({ reason: 'obsolete: the payment succeeded', mails: [] })
    expect(await run({ payment_id: 'in_1' })).toMatchObject({ reason: expect.stringMatching(/^obsolete/), mails: [] })
  })
})

test.each([
  ['since', '2026-03-01T10:00:05.000Z', false],
  ['before', '2026-03-01T10:00:06.000Z', true],
])('a payment intent is told as failed unless its customer has paid %s', (_when, failedAt, isSent) =>
  withEffects(async ({ insert, run, smtp }) => {
    await insert('customers', CUSTOMER)
    await insert('payments', PAYMENT)
    const payload = { paymentIntentId: 'pi_1', customerId: 'cus_1', failedAt }
    const reason = await run('payment_intent.failed', 'payment_intent_failed:pi_1', payload)
    expect(reason).toBe(isSent ? null : 'obsolete: the customer has paid since')
    expect(smtp.mails).toHaveLength(isSent ? 1 : 0)
  }),
)

describe('a checkout whose delayed payment failed', () => {
  const CHECKOUT = {
    stripe_checkout_session_id: 'cs_1',
    customer_email: 'guest@customer.example',
    amount_total: 1_980,
    currency: 'jpy',
  }

  test('reaches the buyer, with the amount', () =>
    withEffects(async ({ insert, run, smtp }) => {
      await insert('checkout_sessions', { ...CHECKOUT, payment_status: 'unpaid' })
      expect(await run('checkout.failed', 'checkout_failed:cs_1', { sessionId: 'cs_1' })).toBeNull()
      expect(smtp.mails[0]).toMatchObject({ to: 'guest@customer.example', text: expect.stringContaining('¥1,980') })
    }))

  test('of a subscription sends nothing, because its invoice does', () =>
    withEffects(async ({ insert, run }) => {
      await insert('checkout_sessions', { ...CHECKOUT, mode: 'subscription', payment_status: 'unpaid' })
      expect(await run('checkout.failed', 'checkout_failed:cs_1', { sessionId: 'cs_1' })).toMatch(/^obsolete/)
    }))

  test('sends nothing if it is paid by now', () =>
    withEffects(async ({ insert, run, smtp }) => {
      await insert('checkout_sessions', { ...CHECKOUT, payment_status: 'paid' })
      expect(await run('checkout.failed', 'checkout_failed:cs_1', { sessionId: 'cs_1' })).toBe(
        'obsolete: the checkout is paid',
      )
      expect(smtp.mails).toEqual([])
    }))
})

describe('a trial that ends soon', () => {
  const PAYLOAD = { subscriptionId: 'sub_1', trialEnd: '2099-04-01T00:00:00.000Z' }
  const METHOD = { stripe_payment_method_id: 'pm_1', stripe_customer_id: 'cus_1', type: 'card' }
  const run = (subscription: object, method?: object, customer: object = { default_payment_method: 'pm_1' }) =>
    withEffects(async ({ insert, run, smtp }) => {
      await insert('customers', { ...CUSTOMER, ...(method && customer) })
      await insert('subscriptions', { ...SUBSCRIPTION, ...subscription })
      if (method) await insert('payment_methods', { ...METHOD, ...method })
      const reason = await run('trial.ending', 'trial_ending:sub_1:4078684800:test', PAYLOAD)
      return { reason, subjects: smtp.mails.map(({ subject }) => subject), text: smtp.mails[0]?.text }
    })

  test('reaches the customer with its day, and as a test', async () => {
    expect(await run({})).toEqual({
      reason: null,
      subjects: ['[Test] Your trial ends on 1 April 2099'],
      text: expect.stringContaining('Test mode'),
    })
    expect(await run({}, { detached: true })).toMatchObject({ reason: null })
    expect(await run({}, {}, { default_payment_method: null })).toMatchObject({ reason: null }) // nobody's default
  })

  test('sends nothing if it is over, or if there is a payment method', async () => {
    expect(await run({ status: 'canceled' })).toMatchObject({
      reason: 'obsolete: the subscription is not in a trial',
      subjects: [],
    })
    expect(await run({}, {})).toMatchObject({ reason: 'obsolete: there is a payment method', subjects: [] })
    expect(await run({ cancel_at_period_end: true })).toMatchObject({
      reason: 'obsolete: the subscription ends with its trial',
    })
  })
})

describe('a renewal', () => {
  const PAYLOAD = { subscriptionId: 'sub_1', periodEnd: '2099-04-01T00:00:00.000Z', amount: '1250', currency: 'kwd' }

  test('reaches the customer with its day and amount', () =>
    withEffects(async ({ insert, run, smtp }) => {
      await insert('customers', CUSTOMER)
      await insert('subscriptions', { ...SUBSCRIPTION, status: 'active' })
      expect(await run('renewal.upcoming', 'renewal:sub_1:4078684800:test', PAYLOAD)).toBeNull()
      expect(smtp.mails[0]?.subject).toBe('[Test] Your subscription renews on 1 April 2099')
      expect(smtp.mails[0]?.text).toContain('KWD 1.250')
    }))

  test('sends nothing if the subscription is not active by now', () =>
    withEffects(async ({ insert, run, smtp }) => {
      await insert('subscriptions', { ...SUBSCRIPTION, status: 'canceled', is_active: false })
      const reason = await run('renewal.upcoming', 'renewal:sub_1:4078684800:test', PAYLOAD)
      expect(reason).toBe('obsolete: the subscription is canceled')
      expect(smtp.mails).toEqual([])
    }))

  test.each<[string, object]>([
    ['the subscription is past_due', { status: 'past_due' }],
    ['the subscription is unpaid', { status: 'unpaid' }],
    ['the subscription ends with its period', { status: 'active', cancel_at_period_end: true }],
    ['the e-mail about the end of the trial says more', { status: 'trialing' }],
  ])('is not announced if %s', (reason, subscription) =>
    withEffects(async ({ insert, run, smtp }) => {
      await insert('customers', CUSTOMER)
      await insert('subscriptions', { ...SUBSCRIPTION, ...subscription })
      expect(await run('renewal.upcoming', 'renewal:sub_1:4078684800:test', PAYLOAD)).toBe(`obsolete: ${reason}`)
      expect(smtp.mails).toEqual([])
    }),
  )

  test('of a subscription that is not known is announced at the address that its event names', () =>
    withEffects(async ({ run, smtp }) => {
      const payload = { ...PAYLOAD, customerId: 'cus_1', customerEmail: 'ada@customer.example' }
      expect(await run('renewal.upcoming', 'renewal:sub_1:4078684800:test', payload)).toBeNull()
      expect(smtp.mails).toMatchObject([
        { to: 'ada@customer.example', subject: expect.stringMatching(/^\[Test\] Your subscription renews/) },
      ])
    }))
})

test.each([
  ['trial.ending', { subscriptionId: 'sub_1', trialEnd: '2026-04-01T00:00:00.000Z' }, 'the trial has ended'],
  [
    'renewal.upcoming',
    { subscriptionId: 'sub_1', periodEnd: '2026-04-01T00:00:00.000Z', amount: '1250', currency: 'usd' },
    'the renewal date has passed',
  ],
])('%s is not sent after its date', (kind, payload, reason) =>
  withEffects(async ({ insert, run, smtp }) => {
    await insert('customers', CUSTOMER)
    await insert('subscriptions', SUBSCRIPTION)
    expect(await run(kind, `${kind}:sub_1`, payload)).toBe(`obsolete: ${reason}`)
    expect(smtp.mails).toEqual([])
  }),
)

describe('the staff', () => {
  test('is notified of a dispute, with the date to respond by', () =>
    withEffects(async ({ insert, run, smtp }) => {
      await insert('disputes', {
        stripe_dispute_id: 'dp_1',
        charge_id: 'ch_1',
        status: 'needs_response',
        reason: 'product_not_received',
        amount: 2_000,
        currency: 'eur',
        evidence_due_by: new Date('2099-03-20T23:59:59Z'),
        livemode: true,
        account: 'acct_1',
      })
      expect(await run('dispute.opened', 'dispute:dp_1@acct_1', { disputeId: 'dp_1' })).toBeNull()
      const [mail] = smtp.mails
      expect(mail).toMatchObject({
        to: 'billing@acme.example',
        subject: 'Dispute over €20.00: respond by 20 March 2099',
      })
      expect(mail?.text).toContain('https://dashboard.stripe.com/acct_1/disputes/dp_1')
    }))

  test('is notified of events that became dead letters, with the command that redrives them', () =>
    withEffects(async ({ insert, run, smtp, query }) => {
      const event = { provider: 'stripe', event_id: 'evt_1', type: 'invoice.paid' }
      await insert('webhook_events', { ...event, account: 'acct_1', livemode: false, ordering_key: 'cus_1' })
      const deadLetter = { ...event, error: 'handler_threw: TypeError at paid.ts:7', fingerprint: 'f1', attempts: 8 }
      await insert('webhook_dead_letters', deadLetter)
      const again = (key: string) => run('dead_letter.opened', key, { fingerprint: 'f1' })
      expect(await again('dead_letter:f1:2026-01-05T09')).toBeNull()
      expect(smtp.mails).toEqual([
        expect.objectContaining({
          to: 'billing@acme.example',
          subject: '[Test] Events of the type invoice.paid fail',
          text: expect.stringMatching(/sluice redrive --fingerprint f1[\s\S]*TypeError at paid\.ts:7/),
        }),
      ])
      expect(smtp.mails[0]?.text).toContain('https://dashboard.stripe.com/acct_1/test/events/evt_1')
      await query('UPDATE webhook_dead_letters SET redriven_at = now()')
      expect(await again('dead_letter:f1:2026-01-05T10')).toBe('obsolete: no such dead letter is open')
      expect(smtp.mails).toHaveLength(1)
    }))

  test('is notified of a fraud warning, until the charge is refunded or disputed', () =>
    withEffects(async ({ insert, run, smtp, query }) => {
      await insert('payment_references', { reference: 'ch_1', payment_id: 'in_1' })
      await query(`INSERT INTO payments (payment_id, status, amount, currency, occurred_at)
        VALUES ('in_1', 'succeeded', 1900, 'usd', now())`)
      await insert('fraud_warnings', { stripe_fraud_warning_id: 'issfr_1', charge_id: 'ch_1', actionable: true })
      const again = () => run('fraud_warning.opened', 'fraud_warning:issfr_1', { fraudWarningId: 'issfr_1' })
      expect(await again()).toBeNull()
      expect(smtp.mails).toMatchObject([
        { to: 'billing@acme.example', subject: 'Fraud warning for a payment of $19.00' },
      ])
      await query('UPDATE fraud_warnings SET actionable = false')
      expect(await again()).toBe('obsolete: the charge is refunded or disputed')
    }))

  test('is notified of an invoice that could not be finalized, until it is', () =>
    withEffects(async ({ insert, run, smtp, query }) => {
      await insert('invoices', { ...INVOICE, status: 'draft' })
      const again = () => run('invoice.finalization_failed', 'finalization_failed:in_1', { invoiceId: 'in_1' })
      expect(await again()).toBeNull()
      expect(smtp.mails[0]?.to).toBe('billing@acme.example')
      await query(`UPDATE invoices SET status = 'open'`)
      expect(await again()).toBe('obsolete: the invoice is open')
      expect(smtp.mails).toHaveLength(1)
    }))
})

test('an outbox message without its id fails with a cause and sends nothing', () =>
  withEffects(async ({ run, smtp }) => {
    await expect(run('receipt', 'receipt:', {})).rejects.toMatchObject({
      code: 'invalid_payload',
      message: 'paymentId',
    })
    expect(smtp.mails).toEqual([])
  }))
