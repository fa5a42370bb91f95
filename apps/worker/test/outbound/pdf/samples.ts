import type { BilledCreditNote, BilledInvoice, BilledPayment } from '@sluice/database/records'
import type { InvoiceDetails, InvoiceLine, InvoiceTax } from '@sluice/events'
import type { DocumentBrand } from '../../../src/outbound/pdf/brand.ts'

export const BRAND: DocumentBrand = {
  name: 'Acme GmbH',
  address: ['Am Dom 1', '50667 Köln', 'Germany'],
  taxIds: ['DE123456789'],
  logo: null,
  color: null,
  support: 'billing@acme.example',
  footer: 'Amtsgericht Köln HRB 12345',
  language: 'en',
}

export const line = (description: string, amount = 2_000, more: Partial<InvoiceLine> = {}): InvoiceLine => ({
  description,
  quantity: 1,
  amount,
  unitAmount: `${amount}`,
  taxRates: [],
  periodStart: '2026-03-01T00:00:00.000Z',
  periodEnd: '2026-04-01T00:00:00.000Z',
  ...more,
})

export const tax = (amount: number, more: Partial<InvoiceTax> = {}): InvoiceTax => ({
  amount,
  inclusive: false,
  rate: 19,
  name: null,
  reason: 'standard_rated',
  taxableAmount: null,
  ...more,
})

export const details = (more: Partial<InvoiceDetails> = {}): InvoiceDetails => ({
  subtotal: 2_000,
  total: 2_000,
  shipping: null,
  discounts: [],
  taxes: [],
  startingBalance: 0,
  endingBalance: 0,
  credited: 0,
  paidOutside: 0,
  lineCount: 1,
  issuedAt: null,
  dueAt: null,
  description: null,
  footer: null,
  customFields: [],
  seller: { name: 'Acme', country: 'DE', taxIds: [] },
  buyer: {
    name: 'Ada Lovelace',
    address: {
      line1: '12 rue de la Paix',
      line2: null,
      city: 'Paris',
      state: null,
      postalCode: '75002',
      country: 'FR',
    },
    taxIds: [{ type: 'eu_vat', value: 'FR12345678901' }],
    taxExempt: 'none',
  },
  ...more,
})

export const invoice = (more: Partial<BilledInvoice> = {}): BilledInvoice => ({
  invoiceId: 'in_1',
  status: 'paid',
  number: 'ACME-0001',
  amountDue: 2_000n,
  amountPaid: 2_000n,
  tax: null,
  currency: 'eur',
  attemptCount: 1,
  nextPaymentAttempt: null,
  hostedInvoiceUrl: null,
  invoicePdf: null,
  periodStart: new Date('2026-03-01T00:00:00Z'),
  periodEnd: new Date('2026-04-01T00:00:00Z'),
  createdAt: new Date('2026-03-01T00:00:00Z'),
  lines: [line('1 × Pro (at €20.00 / month)')],
  details: details(),
  livemode: true,
  account: null,
  email: 'ada@customer.example',
  locales: null,
  ...more,
})

export const payment = (more: Partial<BilledPayment> = {}): BilledPayment => ({
  paymentId: 'in_1',
  status: 'succeeded',
  amount: 2_000n,
  currency: 'eur',
  occurredAt: new Date('2026-03-01T10:00:00Z'),
  livemode: true,
  account: null,
  email: 'ada@customer.example',
  locales: null,
  invoice: invoice(),
  checkout: null,
  ...more,
})

export const creditNote = (more: Partial<BilledCreditNote> = {}): BilledCreditNote => ({
  creditNoteId: 'cn_1',
  status: 'issued',
  number: 'ACME-0001-CN-01',
  currency: 'eur',
  amount: 1_190n,
  tax: 190n,
  prePaymentAmount: 0n,
  customerBalanceAmount: 0n,
  outOfBandAmount: 0n,
  memo: null,
  lines: [line('1 × Pro (at €20.00 / month)', 1_000)],
  details: { subtotal: 1_000, total: 1_190, shipping: null, discounts: [], taxes: [tax(190)], lineCount: 1 },
  pdf: null,
  issuedAt: new Date('2026-03-05T00:00:00Z'),
  invoiceId: 'in_1',
  invoice: invoice(),
  livemode: true,
  account: null,
  email: 'ada@customer.example',
  locales: null,
  ...more,
})
