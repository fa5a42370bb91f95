import { createTexts, type Language } from '@sluice/emails'
import { z } from 'zod'

const text = z.string().min(1)

/** The words of documents: `texts/document.<language>.json`. Placeholders are `{name}`. */
export const Labels = z.strictObject({
  invoice: text,
  receipt: text,
  creditNote: text,
  invoiceNumber: text,
  receiptNumber: text,
  creditNoteNumber: text,
  dateOfIssue: text,
  datePaid: text,
  dateDue: text,
  period: text,
  dateOfSupply: text,
  from: text,
  billTo: text,
  paidOn: text,
  creditedOn: text,
  description: text,
  quantity: text,
  unitPrice: text,
  taxRate: text,
  amount: text,
  moreItem: text,
  moreItems: text,
  furtherItems: text,
  item: text,
  payment: text,
  subtotal: text,
  discount: text,
  discountNamed: text,
  shipping: text,
  /** The tax of a country without value-added tax, and of a country with it. */
  tax: text,
  vat: text,
  taxOn: text,
  taxAt: text,
  includes: text,
  reverseCharge: text,
  exempt: text,
  zeroRated: text,
  total: text,
  appliedBalance: text,
  earlierBalance: text,
  creditNotes: text,
  adjustment: text,
  amountDue: text,
  amountPaid: text,
  paidOutside: text,
  charged: text,
  settled: text,
  credited: text,
  forInvoice: text,
  vatId: text,
  reverseChargeNote: text,
  exemptNote: text,
  questions: text,
  page: text,
})

export type Labels = z.output<typeof Labels>

const texts = createTexts(new URL('../../../texts/', import.meta.url), Labels)

export const labelsOf = (language: Language): Labels => texts('document', language)
