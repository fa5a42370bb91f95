import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { creditNoteEmail } from '../../src/effects/credit_note.ts'
import { creditNote } from '../outbound/pdf/samples.ts'
import { CUSTOMER, PAID, withEffects } from './with-effects.ts'

const ROW = {
  stripe_credit_note_id: 'cn_1',
  stripe_invoice_id: 'in_1',
  stripe_customer_id: 'cus_1',
  status: 'issued',
  number: 'ACME-0001-CN-01',
  currency: 'usd',
  amount: 500,
  post_payment_amount: 500,
  customer_balance_amount: 0,
  livemode: true,
  created_at: '2026-03-05T00:00:00Z',
}

const run = ['credit_note', 'credit_note:cn_1', { creditNoteId: 'cn_1' }] as const

describe('a credit note', () => {
  test('is stored as a document and sent once, however often it runs', () =>
    withEffects(async (effects) => {
      const { insert, smtp, folder, query } = effects
      await insert('customers', CUSTOMER)
      await insert('invoices', PAID)
      await insert('credit_notes', ROW)
      for (let time = 0; time < 3; time += 1) expect(await effects.run(...run)).toBeNull()

      expect(smtp.mails).toHaveLength(1)
      const content = await readFile(join(folder, 'credit_notes/cn_1.pdf'))
      expect(smtp.mails[0]).toMatchObject({
        to: 'ada@customer.example',
        subject: 'Your credit note ACME-0001-CN-01',
        text: expect.stringContaining('We are refunding $5.00'),
        attachments: [{ filename: 'credit-note-ACME-0001-CN-01.pdf', contentType: 'application/pdf', content }],
      })
      expect(await query('SELECT kind, number, payment_id, storage_key FROM documents')).toEqual([
        { kind: 'credit_note', number: 'ACME-0001-CN-01', payment_id: 'cn_1', storage_key: 'credit_notes/cn_1.pdf' },
      ])
    }))

  test.each([
    ['that is void', { status: 'void' }, 'attach', 'obsolete: the credit note is void'],
    ['of an installation without documents', {}, 'none', 'switched off'],
  ] as const)('%s is not sent', (_, fields, invoiceDocument, reason) =>
    withEffects(
      async (effects) => {
        await effects.insert('credit_notes', { ...ROW, ...fields })
        expect(await effects.run(...run)).toBe(reason)
        expect(effects.smtp.mails).toEqual([])
        expect(await effects.query('SELECT kind FROM documents')).toEqual([])
      },
      { documents: { invoiceDocument } },
    ),
  )

  test.each([
    ['refunded', {}],
    ['lowersDue', { prePaymentAmount: 1_190n }],
    ['toBalance', { customerBalanceAmount: 1_190n }],
    [undefined, { customerBalanceAmount: 1_000n }],
    [undefined, { outOfBandAmount: 1_190n }],
    [undefined, { customerBalanceAmount: null }],
  ] as const)('says how the money is given back: %s', (variant, fields) => {
    expect(creditNoteEmail(creditNote(fields), 'CN-1').variant).toBe(variant)
  })
})
