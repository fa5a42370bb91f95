import { describe, expect, test } from '@jest/globals'
import { CUSTOMER, type Effects, INVOICE, withEffects } from './with-effects.ts'

const withInvoice = (invoice: Record<string, unknown>, use: (effects: Effects) => Promise<void>) =>
  withEffects(async (effects) => {
    await effects.insert('customers', CUSTOMER)
    await effects.insert('invoices', { ...INVOICE, ...invoice })
    await use(effects)
  })

const NOTICES = [
  ['payment.failed', 'payment_failed:in_1:1'],
  ['payment.reminder', 'payment_reminder:in_1:1'],
  ['payment.final_notice', 'payment_final_notice:in_1'],
  ['payment.action_required', 'action_required:in_1:1'],
] as const

describe.each(NOTICES)('%s', (kind, key) => {
  test('reaches the customer once, with the amount and the link', () =>
    withInvoice({}, async ({ run, smtp }) => {
      for (let time = 0; time < 3; time += 1) expect(await run(kind, key, { invoiceId: 'in_1' })).toBeNull()
      expect(smtp.mails).toHaveLength(1)
      expect(smtp.mails[0]).toMatchObject({ to: 'ada@customer.example', text: expect.stringContaining('$20.00') })
      expect(smtp.mails[0]?.html).toContain(`href="${INVOICE.hosted_invoice_url}"`)
      expect(smtp.mails[0]?.text).toContain(INVOICE.hosted_invoice_url)
    }))

  test.each(['paid', 'void'])('says nothing of an invoice that is %s meanwhile', (status) =>
    withInvoice({ status }, async ({ run, smtp, query }) => {
      expect(await run(kind, key, { invoiceId: 'in_1' })).toBe(`obsolete: the invoice is ${status}`)
      expect(smtp.mails).toEqual([])
      expect(await query('SELECT * FROM notifications')).toEqual([])
    }),
  )
})

test('a failed payment names the day of the next attempt', () =>
  withInvoice({}, async ({ run, smtp }) => {
    await run('payment.failed', 'payment_failed:in_1:1', { invoiceId: 'in_1' })
    expect(smtp.mails[0]?.text).toContain('4 March 2026')
  }))

test.each([
  ['payment.failed', 'payment_failed:in_1:1'],
  ['payment.reminder', 'payment_reminder:in_1:1@acct_1:test'],
])('%s of an attempt that a later one followed is not sent', (kind, key) =>
  withInvoice({ attempt_count: 2 }, async ({ run, smtp }) => {
    expect(await run(kind, key, { invoiceId: 'in_1' })).toBe('obsolete: there was a later attempt')
    expect(smtp.mails).toEqual([])
  }),
)

test('a reminder says nothing of an invoice that was given up', () =>
  withInvoice({ status: 'uncollectible' }, async ({ run }) => {
    const reason = await run('payment.reminder', 'payment_reminder:in_1:1', { invoiceId: 'in_1' })
    expect(reason).toBe('obsolete: the invoice is uncollectible')
  }))

test.each([
  [new Date('2026-03-09T10:00:00Z'), 'once more on 9 March 2026'],
  [null, 'will not try again'],
])('the final notice says whether another attempt is planned by now (%s)', (next_payment_attempt, words) =>
  withInvoice({ next_payment_attempt }, async ({ run, smtp }) => {
    await run('payment.final_notice', 'payment_final_notice:in_1', { invoiceId: 'in_1' })
    expect(smtp.mails[0]?.text.replace(/\s+/g, ' ')).toContain(words)
  }),
)
