import { describe, expect, test } from '@jest/globals'
import { CUSTOMER, type Effects, INVOICE, SUBSCRIPTION, withEffects } from './with-effects.ts'

const withInvoice = (invoice: Record<string, unknown>, use: (effects: Effects) => Promise<void>) =>
  withEffects(async (effects) => {
    await effects.insert('customers', CUSTOMER)
    await effects.insert('invoices', { ...INVOICE, ...invoice })
    await use(effects)
  })

const NEXT = INVOICE.next_payment_attempt.toISOString()
const AT = (second: number) => new Date(Date.UTC(2026, 2, 1, 10, 0, second))

/** Each e-mail with the invoice that it is sent for. */
const EMAILS = [
  ['payment.failed', 'payment_failed:in_1:1', { invoiceId: 'in_1', attempt: 1 }, {}],
  ['payment.reminder', `payment_reminder:in_1:1:4076056800`, { invoiceId: 'in_1', attempt: 1, after: NEXT }, {}],
  [
    'payment.final_notice',
    'payment_final_notice:in_1:1',
    { invoiceId: 'in_1', attempt: 1 },
    { next_payment_attempt: null },
  ],
  [
    'payment.action_required',
    'action_required:in_1:1',
    { invoiceId: 'in_1' },
    { action_required_at: AT(1), failed_at: AT(0) },
  ],
] as const

describe.each(EMAILS)('%s', (kind, key, payload, invoice) => {
  test('reaches the customer once, with the amount and the link', () =>
    withInvoice(invoice, async ({ run, smtp }) => {
      for (let time = 0; time < 3; time += 1) expect(await run(kind, key, payload)).toBeNull()
      expect(smtp.mails).toHaveLength(1)
      expect(smtp.mails[0]).toMatchObject({ to: 'ada@customer.example', text: expect.stringContaining('$20.00') })
      expect(smtp.mails[0]?.html).toContain(`href="${INVOICE.hosted_invoice_url}"`)
      expect(smtp.mails[0]?.text).toContain(INVOICE.hosted_invoice_url)
    }))

  test.each<[string, Record<string, unknown>]>([
    ['the invoice is paid', { status: 'paid' }],
    ['the invoice is void', { status: 'void' }],
    ['the invoice is uncollectible', { status: 'uncollectible' }],
    ['the customer pays this invoice on its page', { collection_method: 'send_invoice' }],
    ['the customer is paying the first invoice', { billing_reason: 'subscription_create' }],
  ])('is not sent if %s', (reason, now) =>
    withInvoice({ ...invoice, ...now }, async ({ run, smtp, query }) => {
      expect(await run(kind, key, payload)).toBe(`obsolete: ${reason}`)
      expect(smtp.mails).toEqual([])
      expect(await query('SELECT * FROM notifications')).toEqual([])
    }),
  )

  test.each(['canceled', 'incomplete_expired'])('is not sent if the subscription is %s', (status) =>
    withInvoice({ ...invoice, stripe_subscription_id: 'sub_1' }, async ({ insert, run }) => {
      await insert('subscriptions', { ...SUBSCRIPTION, status })
      expect(await run(kind, key, payload)).toBe(`obsolete: the subscription is ${status}`)
    }),
  )

  test('is sent for the first invoice of a subscription that is past that payment', () =>
    withInvoice(
      { ...invoice, billing_reason: 'subscription_create', stripe_subscription_id: 'sub_1' },
      async ({ insert, run, query }) => {
        await insert('subscriptions', { ...SUBSCRIPTION, status: 'incomplete' })
        expect(await run(kind, key, payload)).toBe('obsolete: the customer is paying the first invoice')
        await query(`UPDATE subscriptions SET status = 'past_due'`)
        expect(await run(kind, key, payload)).toBeNull()
      },
    ))

  test('is not sent if the customer is deleted', () =>
    withInvoice(invoice, async ({ run, query }) => {
      await query('UPDATE customers SET deleted = true')
      expect(await run(kind, key, payload)).toBe('obsolete: the customer is deleted')
    }))
})

describe('a failed payment', () => {
  const [[kind, key, payload], [reminderKind, reminderKey, reminder], [finalKind, finalKey]] = EMAILS

  test('that is retried gets the notice with the day, and no final notice', () =>
    withInvoice({}, async ({ run, smtp }) => {
      expect(await run(finalKind, finalKey, payload)).toBe('obsolete: another attempt is planned')
      await run(kind, key, payload)
      expect(smtp.mails).toHaveLength(1)
      expect(smtp.mails[0]?.text).toContain('4 March 2099')
    }))

  test('that is not retried gets the final notice, and no other', () =>
    withInvoice({ next_payment_attempt: null }, async ({ run, smtp }) => {
      expect(await run(kind, key, payload)).toMatch(/^obsolete: no attempt is planned/)
      await run(finalKind, finalKey, payload)
      expect(smtp.mails).toHaveLength(1)
      expect(smtp.mails[0]?.text).toContain('We will not try again')
    }))

  test.each<[string, Record<string, unknown>, RegExp | null]>([
    ['is unpaid', { status: 'unpaid' }, /Your subscription is suspended/],
    ['has ended by it', { status: 'canceled', cancellation_reason: 'payment_failed' }, /subscription has ended/],
    ['has ended at that time', { status: 'canceled', canceled_at: AT(30) }, /subscription has ended/],
    ['was ended later', { status: 'canceled', canceled_at: AT(600) }, null],
    ['was ended by its customer', { status: 'canceled', cancellation_reason: 'cancellation_requested' }, null],
  ])('that is not retried says what is true of a subscription that %s', (_case, subscription, words) =>
    withInvoice(
      { next_payment_attempt: null, failed_at: AT(0), stripe_subscription_id: 'sub_1' },
      async ({ insert, run, smtp }) => {
        await insert('subscriptions', { ...SUBSCRIPTION, ...subscription })
        await run(finalKind, finalKey, payload)
        expect(smtp.mails).toEqual(words ? [expect.objectContaining({ text: expect.stringMatching(words) })] : [])
      },
    ),
  )

  test('gets one e-mail, without a date, when the day of the next attempt has passed before the first was sent', () =>
    withInvoice({ next_payment_attempt: new Date('2026-03-04T10:00:00Z') }, async ({ run, smtp }) => {
      expect(await run(kind, key, payload)).toMatch(/^obsolete: the next attempt is due/)
      expect(await run(finalKind, finalKey, payload)).toMatch(/^obsolete/)
      const after = '2026-03-04T10:00:00.000Z'
      expect(await run(reminderKind, reminderKey, { ...reminder, after })).toBeNull()
      expect(smtp.mails).toHaveLength(1)
      expect(smtp.mails[0]?.text).not.toContain('2026')
    }))

  test.each([kind, reminderKind, finalKind])('gets no %s once a later attempt failed', (kind) =>
    withInvoice({ attempt_count: 2, next_payment_attempt: null }, async ({ run, smtp }) => {
      expect(await run(kind, `${kind}:in_1:1@acct_1:test`, payload)).toBe('obsolete: there was a later attempt')
      expect(smtp.mails).toEqual([])
    }),
  )

  test.each([kind, finalKind])('that the customer has to confirm gets no %s', (kind) =>
    withInvoice({ failed_at: AT(1), action_required_at: AT(0) }, async ({ run }) => {
      expect(await run(kind, `${kind}:in_1:1`, payload)).toBe('obsolete: the customer is asked to confirm the payment')
    }),
  )

  test('that was declined long after an attempt to be confirmed gets its own e-mail', () =>
    withInvoice({ failed_at: AT(61), action_required_at: AT(0) }, async ({ run, smtp }) => {
      expect(await run('payment.action_required', 'action_required:in_1:1', { invoiceId: 'in_1' })).toBe(
        'obsolete: there was a later attempt',
      )
      expect(await run(kind, key, payload)).toBeNull()
      expect(smtp.mails).toHaveLength(1)
    }))

  test('has a reminder for the attempt that is planned now, and none for one that was moved', () =>
    withInvoice({}, async ({ run, smtp }) => {
      const moved = { ...reminder, after: '2099-03-02T10:00:00.000Z' }
      expect(await run(reminderKind, 'payment_reminder:in_1:1:1', moved)).toMatch(/^obsolete: the attempt was moved/)
      expect(await run(reminderKind, reminderKey, reminder)).toBeNull()
      expect(smtp.mails).toHaveLength(1)
    }))

  test('gets its e-mail from a row that an older version wrote', () =>
    withInvoice({ attempt_count: 2 }, async ({ run, smtp, query }) => {
      const old = { invoiceId: 'in_1', paymentId: 'in_1:failed:2' }
      expect(await run(kind, 'payment_failed:in_1:1', old)).toBe('obsolete: there was a later attempt')
      expect(await run(kind, 'payment_failed:in_1:2', old)).toBeNull()
      await query('UPDATE invoices SET next_payment_attempt = NULL')
      expect(await run(reminderKind, 'payment_reminder:in_1:2:test', { invoiceId: 'in_1' })).toBeNull()
      expect(await run(finalKind, 'payment_final_notice:in_1', { invoiceId: 'in_1' })).toBeNull()
      expect(smtp.mails).toHaveLength(3)
    }))
})
