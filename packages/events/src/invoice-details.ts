import type { CreditTerms } from './credit-terms.ts'

/** A postal address as Stripe keeps it (https://docs.stripe.com/api/invoices/object#invoice_object-customer_address). */
export interface PostalAddress {
  line1: string | null
  line2: string | null
  city: string | null
  state: string | null
  postalCode: string | null
  /** Two letters, as in ISO 3166-1. */
  country: string | null
}

/** A tax on an invoice, summed over its lines. */
export interface InvoiceTax {
  /** In the currency's minor unit. */
  amount: number
  /** True if the prices include it. */
  inclusive: boolean
  /** In percent; null if the event has only the id of the tax rate. */
  rate: number | null
  /** As in `VAT`; null if the event has only the id of the tax rate. */
  name: string | null
  /** Stripe's `taxability_reason`, such as `reverse_charge`. */
  reason: string | null
  /** The amount that is taxed, without the tax. */
  taxableAmount: number | null
}

export interface InvoiceDiscount {
  amount: number
  /** Name of its coupon, if the event has it. */
  name: string | null
}

/** The part of an invoice that only its document shows. Amounts in the currency's minor unit, times in ISO 8601. */
export interface InvoiceDetails {
  /** Sum of the lines, before discounts and taxes. */
  subtotal: number | null
  /** After discounts and taxes, before the customer's balance. */
  total: number | null
  shipping: number | null
  discounts: InvoiceDiscount[]
  taxes: InvoiceTax[]
  /** Balance of the customer before and after the invoice; negative: the customer has credit. */
  startingBalance: number | null
  endingBalance: number | null
  /** Credit notes from before the payment. They lower the amount due. */
  credited: number
  /** Paid outside Stripe. */
  paidOutside: number
  /** Number of lines; more than `lines` if the event left some out. */
  lineCount: number | null
  /** The date of issue, if it is not the day on which the invoice was created. */
  issuedAt: string | null
  dueAt: string | null
  description: string | null
  footer: string | null
  customFields: { name: string; value: string }[]
  seller: { name: string | null; country: string | null; taxIds: string[] }
  buyer: Buyer
}

/** The part of a credit note that only its document shows. */
export type CreditNoteDetails = Pick<
  InvoiceDetails,
  'subtotal' | 'total' | 'shipping' | 'discounts' | 'taxes' | 'lineCount'
>

export interface Buyer {
  name: string | null
  address: PostalAddress | null
  taxIds: { type: string | null; value: string }[]
  /** `none`, `exempt` or `reverse`. */
  taxExempt: string | null
}

/** The part of a Checkout session that only the receipt of its payment shows. */
export interface CheckoutDetails {
  /** In the currency's minor unit, like all amounts here. */
  subtotal: number | null
  discount: number
  shipping: number
  tax: number
  buyer: Buyer
  /** By it a session leads to its money that was booked before the session's event came. */
  paymentIntentId?: string
  /** The credits that the metadata of the session grants, of which there is one. */
  creditTerms?: CreditTerms
  /** Set if the buyer was charged in another currency than the seller's, by adaptive pricing. */
  conversion: Conversion | null
}

/** A price that a Checkout session sold. */
export interface SoldLine {
  priceId: string
  quantity: number | null
  /** In the currency's minor unit, before discounts and taxes, as that of an invoice's line. */
  amount: number
  /** Where the line contains its price. */
  creditTerms?: CreditTerms
}

/** One payment in two currencies, in their minor units. */
export interface Conversion {
  /** The amount that the buyer was charged. */
  presented: { amount: number; currency: string }
  settled: { amount: number; currency: string }
}
