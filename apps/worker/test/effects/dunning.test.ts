import { describe, expect, test } from '@jest/globals'
import { CUSTOMER, type Effects, INVOICE, withEffects } from './with-effects.ts'

const withInvoice = (invoice: Record<string, unknown>, use: (effects: Effects) => Promise<void>) =>
  withEffects(async (effects) => {
    await effects.insert('customers', CUSTOMER)
    await effects.insert('invoices', { ...INVOICE, ...invoice })
    await use(effects)
  })

const EMAILS = [
  ['payment.failed', 'payment_failed:in_1:1', { invoiceId: 'in_1', attempt: 1 }],
  ['payment.reminder', 'payment_reminder:in_1:1', { invoiceId: 'in_1', attempt: 1 }],
  ['payment.final_notice', 'payment_final_notice:in_1', { invoiceId: 'in_1' }],
  ['payment.action_required', 'action_required:in_1:1', { invoiceId: 'in_1' }],
] as const

describe.each(EMAILS)('%s', (kind, key, payload) => {
  test('reaches the customer once, with the amount and the link', () =>
    withInvoice({}, async ({ run, smtp }) => {
      for (let time = 0; time < 3; time += 1) expect(await run(kind, key, payload)).toBeNull()
      expect(smtp.mails).toHaveLength(1)
      expect(smtp.mails[0]).toMatchObject({ to: 'ada@customer.example', text: expect.stringContaining('$20.00') })
      expect(smtp.mails[0]?.html).toContain(`href="${INVOICE.hosted_invoice_url}"`)
      expect(smtp.mails[0]?.text).toContain(INVOICE.hosted_invoice_url)
    }))

  test.each(['paid', 'void'])('is not sent for an invoice that is %s by now', (status) =>
    withInvoice({ status }, async ({ run, smtp, query }) => {
      expect(await run(kind, key, payload)).toBe(`obsolete: the invoice is ${status}`)
      expect(smtp.mails).toEqual([])
      expect(await query('SELECT * FROM notifications')).toEqual([])
    }),
  )
})

describe('a failed payment that is retried', () => {
  const [[kind, key, payload], [reminderKind, reminderKey]] = EMAILS

  test('names the day of the next attempt', () =>
    withInvoice({}, async ({ run, smtp }) => {
      await run(kind, key, payload)
      expect(smtp.mails[0]?.text).toContain('4 March 2099')
    }))

  test('gets one e-mail, without a date, when the day of the next attempt has passed before the first was sent', () =>
    withInvoice({ next_payment_attempt: new Date('2026-03-04T10:00:00Z') }, async ({ run, smtp }) => {
      expect(await run(kind, key, payload)).toMatch(/^obsolete: the next attempt is due/)
      expect(await run(reminderKind, reminderKey, payload)).toBeNull()
      expect(smtp.mails).toHaveLength(1)
      expect(smtp.mails[0]?.text).not.toContain('2026')
    }))

  test.each([kind, reminderKind])('gets no %s once a later attempt failed', (kind) =>
    withInvoice({ attempt_count: 2 }, async ({ run, smtp }) => {
      expect(await run(kind, `${kind}:in_1:1@acct_1:test`, payload)).toBe('obsolete: there was a later attempt')
      expect(smtp.mails).toEqual([])
    }),
  )

  test('gets its e-mail from a row that an older version wrote', () =>
    withInvoice({ attempt_count: 2 }, async ({ run, smtp }) => {
      const old = { invoiceId: 'in_1', paymentId: 'in_1:failed:2' }
      expect(await run(kind, 'payment_failed:in_1:1', old)).toBe('obsolete: there was a later attempt')
      expect(await run(kind, 'payment_failed:in_1:2', old)).toBeNull()
      expect(await run(reminderKind, 'payment_reminder:in_1:2:test', { invoiceId: 'in_1' })).toBeNull()
      expect(smtp.mails).toHaveLength(2)
    }))
})

test('a reminder is not sent for an uncollectible invoice', () =>
  withInvoice({ status: 'uncollectible' }, async ({ run }) => {
    const reason = await run('payment.reminder', 'payment_reminder:in_1:1', { invoiceId: 'in_1', attempt: 1 })
    expect(reason).toBe('obsolete: the invoice is uncollectible')
  }))

test.each([
  [new Date('2099-03-09T10:00:00Z'), 'once more on 9 March 2099'],
  [null, 'We will not try again'],
])('the final notice says whether another attempt is planned by now (%s)', (next_payment_attempt, words) =>
  withInvoice({ next_payment_attempt }, async ({ run, smtp }) => {
    await run('payment.final_notice', 'payment_final_notice:in_1', { invoiceId: 'in_1' })
    expect(smtp.mails[0]?.text.replace(/\s+/g, ' ')).toContain(words)
  }),
)
