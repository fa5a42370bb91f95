import type {
  Buyer,
  CheckoutDetails,
  CreditNoteDetails,
  InvoiceDetails,
  InvoiceLine,
  PostalAddress,
} from '@sluice/events'
import { z } from 'zod'

const text = z.string().nullable()
const amount = z.number().nullable()

const lines: z.ZodType<InvoiceLine[]> = z.array(
  z.object({
    description: z.string(),
    quantity: z.number().nullable(),
    amount: z.number(),
    unitAmount: text.optional(),
    taxRates: z.array(z.number()).optional(),
    periodStart: text.optional(),
    periodEnd: text.optional(),
  }),
)

const address: z.ZodType<PostalAddress> = z.object({
  line1: text,
  line2: text,
  city: text,
  state: text,
  postalCode: text,
  country: text,
})

const buyer: z.ZodType<Buyer> = z.object({
  name: text,
  address: address.nullable(),
  taxIds: z.array(z.object({ type: text, value: z.string() })),
  taxExempt: text,
})

const sums = {
  subtotal: amount,
  total: amount,
  shipping: amount,
  discounts: z.array(z.object({ amount: z.number(), name: text })),
  taxes: z.array(
    z.object({
      amount: z.number(),
      inclusive: z.boolean(),
      rate: amount,
      name: text,
      reason: text,
      taxableAmount: amount,
    }),
  ),
  lineCount: amount,
}

const creditNoteDetails: z.ZodType<CreditNoteDetails> = z.object(sums)

const invoiceDetails: z.ZodType<InvoiceDetails> = z.object({
  ...sums,
  startingBalance: amount,
  endingBalance: amount,
  credited: z.number(),
  paidOutside: z.number(),
  issuedAt: text,
  dueAt: text,
  description: text,
  footer: text,
  customFields: z.array(z.object({ name: z.string(), value: z.string() })),
  seller: z.object({ name: text, country: text, taxIds: z.array(z.string()) }),
  buyer,
})

const money = z.object({ amount: z.number(), currency: z.string() })

const checkoutDetails: z.ZodType<CheckoutDetails> = z.object({
  subtotal: amount,
  discount: z.number(),
  shipping: z.number(),
  tax: z.number(),
  buyer,
  conversion: z.object({ presented: money, settled: money }).nullable(),
})

/** The columns of invoices, credit notes and sessions that are JSON, as the merges write them. */
export const linesOf = (json: unknown): InvoiceLine[] => lines.parse(json)
export const detailsOf = (json: unknown): InvoiceDetails | null => invoiceDetails.nullable().parse(json)
export const creditNoteDetailsOf = (json: unknown): CreditNoteDetails | null => creditNoteDetails.nullable().parse(json)
export const checkoutDetailsOf = (json: unknown): CheckoutDetails | null => checkoutDetails.nullable().parse(json)
