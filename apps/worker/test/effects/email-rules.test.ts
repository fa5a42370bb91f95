import { describe, expect, test } from '@jest/globals'
import { CUSTOMER, type Effects, INVOICE, PAID, PAYMENT, withEffects } from './with-effects.ts'

async function paid({ insert }: Effects) {
  await insert('customers', CUSTOMER)
  await insert('invoices', PAID)
  await insert('payments', PAYMENT)
}

const DISPUTE = { stripe_dispute_id: 'dp_1', status: 'needs_response', amount: 2_000, currency: 'eur' }

const receipt = ({ run }: Effects, webhookEventId?: string) =>
  run('receipt', 'receipt:in_1', { paymentId: 'in_1' }, { ...(webhookEventId && { webhookEventId }) })

describe('an e-mail', () => {
  test('of a kind that is switched off is not sent; its document is stored', () =>
    withEffects(
      async (effects) => {
        await paid(effects)
        expect(await receipt(effects)).toBe('switched off')
        expect(await effects.run('invoice', 'invoice:in_1', { paymentId: 'in_1' })).toBeNull()
        expect(effects.smtp.mails).toHaveLength(1)
        expect(await effects.query('SELECT kind FROM documents ORDER BY 1')).toHaveLength(2)
        expect(await effects.query('SELECT kind FROM notifications')).toEqual([{ kind: 'invoice' }])
      },
      { emailRules: { kinds: new Set(['invoice']) } },
    ))

  test.each([
    [false, 'switched off', 0],
    [true, null, 1],
  ])('to the customer of a connected account, with EMAILS_TO_CONNECTED=%s', (toConnected, reason, count) =>
    withEffects(
      async (effects) => {
        await paid(effects)
        expect(await receipt(effects, await effects.append({ account: 'acct_1' }))).toBe(reason)
        expect(effects.smtp.mails).toHaveLength(count)
      },
      { emailRules: { toConnected } },
    ),
  )

  test('to the staff about a connected account is sent', () =>
    withEffects(async ({ insert, append, run, smtp }) => {
      await insert('disputes', { ...DISPUTE, account: 'acct_1' })
      const webhookEventId = await append({ account: 'acct_1' })
      expect(await run('dispute.opened', 'dispute:dp_1@acct_1', { disputeId: 'dp_1' }, { webhookEventId })).toBeNull()
      expect(smtp.mails).toHaveLength(1)
    }))

  test.each([
    [71, null, 1],
    [73, 'too old', 0],
  ])('about something that happened %i hours ago', (hoursAgo, reason, count) =>
    withEffects(async (effects) => {
      await paid(effects)
      expect(await receipt(effects, await effects.append({ hoursAgo }))).toBe(reason)
      expect(effects.smtp.mails).toHaveLength(count)
    }),
  )

  test('that was sent is done, although it is too old by the time that this is recorded', () =>
    withEffects(async (effects) => {
      await paid(effects)
      expect(await receipt(effects)).toBeNull()
      expect(await receipt(effects, await effects.append({ hoursAgo: 100 }))).toBeNull()
      expect(effects.smtp.mails).toHaveLength(1)
    }))

  test('that reminds of a payment is as old as the day that it was scheduled for', () =>
    withEffects(async ({ insert, append, run, smtp }) => {
      await insert('customers', CUSTOMER)
      await insert('invoices', { ...INVOICE, next_payment_attempt: null })
      const webhookEventId = await append({ hoursAgo: 7 * 24 })
      const remind = (hoursAgo: number) =>
        run(
          'payment.reminder',
          `payment_reminder:in_1:1:${hoursAgo}`,
          { invoiceId: 'in_1', attempt: 1 },
          { webhookEventId, availableAt: new Date(Date.now() - hoursAgo * 3_600_000) },
        )
      expect(await remind(1)).toBeNull()
      expect(await remind(73)).toBe('too old')
      expect(smtp.mails).toHaveLength(1)
    }))
})
