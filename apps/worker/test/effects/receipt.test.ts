import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { describe, expect, test } from '@jest/globals'
import { CUSTOMER, type Effects, INVOICE, PAID, PAYMENT, withEffects } from './with-effects.ts'

describe('a receipt', () => {
  test('is stored as a document and sent once, however often it runs', () =>
    withEffects(async ({ insert, run, smtp, folder, query }) => {
      await insert('customers', CUSTOMER)
      await insert('invoices', PAID)
      await insert('payments', PAYMENT)
      for (let time = 0; time < 3; time += 1)
        expect(await run('receipt', 'receipt:in_1', { paymentId: 'in_1' })).toBeNull()

      expect(smtp.mails).toHaveLength(1)
      const [mail] = smtp.mails
      expect(mail).toMatchObject({
        to: 'ada@customer.example',
        from: 'billing@acme.example',
        subject: 'Your receipt for $20.00',
        messageId: expect.stringMatching(/^<[0-9a-f]{64}@acme\.example>$/),
        text: expect.stringContaining('1 March 2026'),
      })
      const stored = await readFile(join(folder, 'receipts/in_1.pdf'))
      const invoice = await readFile(join(folder, 'invoices/in_1.pdf'))
      expect(mail?.attachments).toEqual([
        { filename: 'receipt-ACME-0001.pdf', contentType: 'application/pdf', content: stored },
        { filename: 'invoice-ACME-0001.pdf', contentType: 'application/pdf', content: invoice },
      ])
      expect(await query('SELECT kind, number, payment_id, storage_key FROM documents ORDER BY kind')).toEqual([
        { kind: 'invoice', number: 'ACME-0001', payment_id: 'in_1', storage_key: 'invoices/in_1.pdf' },
        { kind: 'receipt', number: 'ACME-0001', payment_id: 'in_1', storage_key: 'receipts/in_1.pdf' },
      ])
      expect(
        await query(`SELECT kind, recipient, subject, status, sent_at IS NOT NULL AS at, attachments,
          draft -> 'draft' ->> 'variant' AS variant FROM notifications`),
      ).toEqual([
        {
          kind: 'receipt',
          recipient: 'ada@customer.example',
          subject: 'Your receipt for $20.00',
          status: 'sent',
          at: true,
          attachments: ['receipts/in_1.pdf', 'invoices/in_1.pdf'],
          variant: 'withInvoice',
        },
      ])
    }))

  test('that was sent but not recorded is the same message and the same file again', () =>
    withEffects(async ({ insert, run, smtp, folder, query }) => {
      await insert('customers', CUSTOMER)
      await insert('invoices', PAID)
      await insert('payments', PAYMENT)
      await run('receipt', 'receipt:in_1', { paymentId: 'in_1' })
      const stored = await readFile(join(folder, 'receipts/in_1.pdf'))
      await query(`UPDATE notifications SET status = 'pending', sent_at = NULL`)
      await run('receipt', 'receipt:in_1', { paymentId: 'in_1' })

      expect(smtp.mails).toHaveLength(2)
      expect(new Set(smtp.mails.map(({ messageId }) => messageId)).size).toBe(1)
      expect(smtp.mails[1]?.attachments[0]?.content).toEqual(stored)
    }))

  test('is not sent once its time limit is over, since the retry sends it', () =>
    withEffects(async ({ insert, run, smtp }) => {
      await insert('customers', CUSTOMER)
      await insert('payments', PAYMENT)
      const again = (signal?: AbortSignal) =>
        run('receipt', 'receipt:in_1', { paymentId: 'in_1' }, { ...(signal && { signal }) })
      await expect(again(AbortSignal.abort())).rejects.toThrow()
      expect(smtp.mails).toEqual([])
      expect(await again()).toBeNull()
      expect(smtp.mails).toHaveLength(1)
    }))

  test('of a Checkout without an invoice goes to the address entered there', () =>
    withEffects(async ({ insert, run, smtp, query }) => {
      await insert('checkout_sessions', {
        stripe_checkout_session_id: 'cs_9',
        customer_email: 'guest@customer.example',
      })
      await insert('payments', { ...PAYMENT, payment_id: 'cs_9', stripe_invoice_id: null, stripe_customer_id: null })
      expect(await run('receipt', 'receipt:cs_9', { paymentId: 'cs_9' })).toBeNull()
      expect(smtp.mails[0]?.to).toBe('guest@customer.example')
      expect(await query('SELECT storage_key FROM documents')).toEqual([{ storage_key: 'receipts/cs_9.pdf' }])
    }))

  test('goes to the address of the linked user if Stripe has none', () =>
    withEffects(async ({ insert, run, smtp }) => {
      await insert('users', { id: 'user_1', email: 'ada@host.example' })
      await insert('customers', { stripe_customer_id: 'cus_1', user_id: 'user_1' })
      await insert('payments', PAYMENT)
      await run('receipt', 'receipt:in_1', { paymentId: 'in_1' })
      expect(smtp.mails[0]?.to).toBe('ada@host.example')
    }))

  test('without any address is stored and not sent', () =>
    withEffects(async ({ insert, run, smtp, query }) => {
      await insert('payments', PAYMENT)
      expect(await run('receipt', 'receipt:in_1', { paymentId: 'in_1' })).toBe('no e-mail address')
      expect(smtp.mails).toEqual([])
      expect(await query('SELECT kind FROM documents')).toEqual([{ kind: 'receipt' }])
      expect(await query('SELECT * FROM notifications')).toEqual([])
    }))

  test('is not made for a payment that did not succeed', () =>
    withEffects(async ({ insert, run, query }) => {
      await insert('payments', { ...PAYMENT, status: 'failed' })
      expect(await run('receipt', 'receipt:in_1', { paymentId: 'in_1' })).toMatch(/^obsolete/)
      expect(await query('SELECT * FROM documents')).toEqual([])
    }))
})

describe('an invoice', () => {
  const SEPARATE = { documents: { invoiceDocument: 'separate' as const } }

  test('goes along with the receipt by default, so that there is one e-mail', () =>
    withEffects(async ({ insert, run, smtp }) => {
      await insert('customers', CUSTOMER)
      await insert('invoices', PAID)
      await insert('payments', PAYMENT)
      expect(await run('invoice', 'invoice:in_1', { paymentId: 'in_1' })).toMatch(/goes along with the receipt/)
      expect(smtp.mails).toEqual([])
    }))

  test('is stored and sent by itself where that is set, with a link to Stripe’s page', () =>
    withEffects(async ({ insert, run, smtp, folder }) => {
      await insert('customers', CUSTOMER)
      await insert('invoices', PAID)
      await insert('payments', PAYMENT)
      await run('receipt', 'receipt:in_1', { paymentId: 'in_1' })
      for (let time = 0; time < 3; time += 1) await run('invoice', 'invoice:in_1', { paymentId: 'in_1' })
      expect(smtp.mails.map(({ attachments }) => attachments.length)).toEqual([1, 1])
      expect(smtp.mails[1]).toMatchObject({ subject: 'Your invoice ACME-0001', to: 'ada@customer.example' })
      expect(smtp.mails[1]?.html).toContain(INVOICE.hosted_invoice_url)
      expect(smtp.mails[1]?.attachments[0]?.content).toEqual(await readFile(join(folder, 'invoices/in_1.pdf')))
    }, SEPARATE))

  test('is sent by itself if the balance paid it whole, since there is no receipt', () =>
    withEffects(async ({ insert, run, smtp }) => {
      await insert('customers', CUSTOMER)
      await insert('invoices', { ...PAID, amount_due: 0, amount_paid: 0 })
      await insert('payments', { ...PAYMENT, amount: 0 })
      expect(await run('invoice', 'invoice:in_1', { paymentId: 'in_1' })).toBeNull()
      expect(smtp.mails).toMatchObject([{ subject: 'Your invoice ACME-0001' }])
    }))

  test('is not made where that is set', () =>
    withEffects(
      async ({ insert, run, query, smtp }) => {
        await insert('customers', CUSTOMER)
        await insert('invoices', PAID)
        await insert('payments', PAYMENT)
        expect(await run('invoice', 'invoice:in_1', { paymentId: 'in_1' })).toBe('switched off')
        expect(await run('receipt', 'receipt:in_1', { paymentId: 'in_1' })).toBeNull()
        expect(await query('SELECT kind FROM documents')).toEqual([{ kind: 'receipt' }])
        expect(smtp.mails[0]?.attachments).toHaveLength(1)
      },
      { documents: { invoiceDocument: 'none' } },
    ))

  test('is not made for a payment without one', () =>
    withEffects(async ({ insert, run, query }) => {
      await insert('payments', { ...PAYMENT, payment_id: 'cs_1', stripe_invoice_id: null })
      expect(await run('invoice', 'invoice:cs_1', { paymentId: 'cs_1' })).toBe('missing: the payment has no invoice')
      expect(await query('SELECT * FROM documents')).toEqual([])
    }))
})

describe('the PDF of Stripe', () => {
  const OURS = /^%PDF-1\.3/
  const withPdf = (body: string) => ({
    documents: { invoiceDocument: 'stripe' as const, stripePdfs: { download: async () => bodyOf(body) } },
  })
  const bodyOf = (body: string) => ({
    body: Readable.from([Buffer.from(body)]),
    contentType: 'application/pdf',
    expectedBytes: null,
    digest: () => {
      throw new Error('not asked')
    },
  })
  const invoiceSent = async ({ insert, run, smtp }: Effects, url: string | null): Promise<string> => {
    await insert('customers', CUSTOMER)
    await insert('invoices', { ...PAID, invoice_pdf: url })
    await insert('payments', PAYMENT)
    await run('receipt', 'receipt:in_1', { paymentId: 'in_1' })
    return smtp.mails[0]?.attachments[1]?.content.toString('latin1') ?? ''
  }

  test('takes the place of ours where that is set', () =>
    withEffects(
      async (effects) =>
        expect(await invoiceSent(effects, 'https://pay.stripe.com/invoice/1/pdf')).toBe('%PDF-1.7 of Stripe'),
      withPdf('%PDF-1.7 of Stripe'),
    ))

  test('is not used if it is no PDF', () =>
    withEffects(
      async (effects) => expect(await invoiceSent(effects, 'https://pay.stripe.com/invoice/1/pdf')).toMatch(OURS),
      withPdf('<html>'),
    ))

  test.each([null, 'https://evil.example/invoice.pdf', 'http://pay.stripe.com/invoice.pdf', 'https://10.0.0.1/x'])(
    'is not fetched from %s',
    (url) =>
      withEffects(async (effects) => expect(await invoiceSent(effects, url)).toMatch(OURS), {
        documents: { invoiceDocument: 'stripe' },
      }),
  )
})
