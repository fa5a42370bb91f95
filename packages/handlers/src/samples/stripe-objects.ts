import { SECOND } from './received-event.ts'

/**
 * Minimal objects in the current shape; `old…` in the shape before 2025-03-31.basil. `fields` replaces default values.
 */
type Fields = Record<string, unknown>

export const DAY = 86_400

export const session = (fields: Fields = {}) => ({
  id: 'cs_1',
  mode: 'payment',
  status: 'complete',
  payment_status: 'paid',
  customer: 'cus_1',
  customer_details: { email: 'ada@example.com' },
  client_reference_id: 'user-1',
  metadata: { user_id: 'user-2' },
  subscription: null,
  payment_intent: 'pi_1',
  invoice: null,
  amount_total: 3000,
  currency: 'usd',
  ...fields,
})

export const subscriptionSession = (fields: Fields = {}) =>
  session({ mode: 'subscription', subscription: 'sub_1', invoice: 'in_1', payment_intent: null, ...fields })

const monthly = { id: 'price_month', recurring: { interval: 'month', interval_count: 1, usage_type: 'licensed' } }

export const subscription = (fields: Fields = {}) => ({
  id: 'sub_1',
  customer: 'cus_1',
  status: 'active',
  items: { data: [{ price: monthly, quantity: 1, current_period_end: SECOND + 30 * DAY }] },
  cancel_at_period_end: false,
  canceled_at: null,
  trial_end: null,
  default_payment_method: null,
  metadata: {},
  ...fields,
})

const invoiceFields = {
  id: 'in_1',
  number: 'A-0001',
  customer: 'cus_1',
  customer_email: 'ada@example.com',
  billing_reason: 'subscription_cycle',
  collection_method: 'charge_automatically',
  amount_paid: 1900,
  amount_due: 1900,
  currency: 'usd',
  attempt_count: 1,
  next_payment_attempt: null,
  hosted_invoice_url: 'https://invoice.stripe.com/i/1',
  invoice_pdf: 'https://pay.stripe.com/invoice/1/pdf',
  period_start: SECOND - 30 * DAY,
  period_end: SECOND,
  lines: {
    data: [{ description: '1 × Pro', quantity: 1, amount: 1900, period: { start: SECOND, end: SECOND + 30 * DAY } }],
  },
}

export const invoice = (fields: Fields = {}) => ({
  ...invoiceFields,
  status: 'paid',
  created: SECOND - 60,
  parent: { subscription_details: { subscription: 'sub_1', metadata: { user_id: 'user-1' } } },
  total_taxes: [{ amount: 200 }, { amount: 103 }],
  ...fields,
})

export const oldInvoice = (fields: Fields = {}) => ({
  ...invoiceFields,
  collection_method: undefined,
  billing: 'charge_automatically',
  paid: true,
  date: SECOND - 60,
  subscription: 'sub_1',
  subscription_details: { metadata: { user_id: 'user-1' } },
  tax: 303,
  payment_intent: 'pi_1',
  charge: 'ch_1',
  ...fields,
})

const open = { status: 'open', paid: false, amount_paid: 0, attempt_count: 2, next_payment_attempt: SECOND + 3 * DAY }

/** A charge has failed, and Stripe will retry it. */
export const openInvoice = (fields: Fields = {}) => invoice({ ...open, ...fields })

export const oldOpenInvoice = (fields: Fields = {}) => oldInvoice({ ...open, status: undefined, ...fields })

/** An upcoming invoice never has an id. */
export const upcomingInvoice = (fields: Fields = {}) => ({
  customer: 'cus_1',
  customer_email: 'ada@example.com',
  parent: { subscription_details: { subscription: 'sub_1', metadata: { user_id: 'user-1' } } },
  amount_due: 1900,
  currency: 'usd',
  period_end: SECOND + 7 * DAY,
  ...fields,
})

export const invoicePayment = (fields: Fields = {}) => ({
  id: 'inpay_1',
  invoice: 'in_1',
  amount_paid: 1900,
  currency: 'usd',
  status: 'paid',
  payment: { type: 'payment_intent', payment_intent: 'pi_1' },
  ...fields,
})

export const customer = (fields: Fields = {}) => ({
  id: 'cus_1',
  email: 'ada@example.com',
  metadata: { user_id: 'user-1' },
  ...fields,
})

export const charge = (fields: Fields = {}) => ({
  id: 'ch_1',
  amount: 1900,
  amount_refunded: 500,
  currency: 'usd',
  payment_intent: 'pi_1',
  refunded: false,
  ...fields,
})

export const refund = (fields: Fields = {}) => ({
  id: 're_1',
  charge: 'ch_1',
  payment_intent: 'pi_1',
  amount: 500,
  currency: 'usd',
  status: 'succeeded',
  ...fields,
})

export const oldCharge = (fields: Fields = {}) =>
  charge({ invoice: 'in_1', refunds: { data: [refund({ payment_intent: undefined })] }, ...fields })

export const dispute = (fields: Fields = {}) => ({
  id: 'dp_1',
  charge: 'ch_1',
  payment_intent: 'pi_1',
  amount: 1900,
  currency: 'usd',
  status: 'needs_response',
  reason: 'fraudulent',
  evidence_details: { due_by: SECOND + 7 * DAY },
  ...fields,
})

export const creditNote = (fields: Fields = {}) => ({
  id: 'cn_1',
  invoice: 'in_1',
  customer: 'cus_1',
  number: 'A-0001-CN-01',
  status: 'issued',
  type: 'post_payment',
  reason: 'order_change',
  memo: null,
  currency: 'usd',
  amount: 1200,
  total_excluding_tax: 1000,
  total_taxes: [{ amount: 200 }],
  pre_payment_amount: 0,
  post_payment_amount: 1200,
  out_of_band_amount: 300,
  customer_balance_transaction: 'cbtxn_1',
  refunds: [{ refund: 're_1', amount_refunded: 500, type: 'refund' }],
  lines: { data: [{ description: '1 × Pro', quantity: 1, amount: 1000 }] },
  pdf: 'https://pay.stripe.com/credit_notes/1/pdf',
  created: SECOND,
  effective_at: SECOND,
  voided_at: null,
  ...fields,
})

/** In the shape before 2025-03-31.basil, which names one refund. */
export const oldCreditNote = (fields: Fields = {}) =>
  creditNote({
    amount: 500,
    pre_payment_amount: undefined,
    post_payment_amount: undefined,
    total_taxes: undefined,
    tax_amounts: [{ amount: 83 }],
    out_of_band_amount: null,
    customer_balance_transaction: null,
    refunds: undefined,
    refund: 're_1',
    ...fields,
  })

export const earlyFraudWarning = (fields: Fields = {}) => ({
  id: 'issfr_1',
  charge: 'ch_1',
  payment_intent: 'pi_1',
  fraud_type: 'made_with_stolen_card',
  actionable: true,
  created: SECOND,
  ...fields,
})

export const paymentIntent = (fields: Fields = {}) => ({
  id: 'pi_1',
  amount_received: 1900,
  currency: 'usd',
  status: 'succeeded',
  customer: 'cus_1',
  latest_charge: 'ch_1',
  metadata: { user_id: 'user-1' },
  ...fields,
})

export const oldPaymentIntent = (fields: Fields = {}) =>
  paymentIntent({ latest_charge: undefined, charges: { data: [{ id: 'ch_1' }] }, invoice: 'in_1', ...fields })

export const paymentMethod = (fields: Fields = {}) => ({
  id: 'pm_1',
  type: 'card',
  customer: 'cus_1',
  card: { brand: 'visa', last4: '4242', exp_month: 12, exp_year: 2030 },
  ...fields,
})

export const product = (fields: Fields = {}) => ({ id: 'prod_1', name: 'Pro', active: true, metadata: {}, ...fields })

export const price = (fields: Fields = {}) => ({
  id: 'price_1',
  product: 'prod_1',
  active: true,
  currency: 'usd',
  lookup_key: 'pro',
  unit_amount: 1900,
  recurring: { interval: 'month', interval_count: 1, usage_type: 'licensed' },
  ...fields,
})

export const plan = (fields: Fields = {}) => ({
  id: 'gold',
  product: 'prod_1',
  active: true,
  amount: 1900,
  currency: 'usd',
  interval: 'month',
  interval_count: 1,
  ...fields,
})

export const entitlementSummary = (fields: Fields = {}) => ({
  customer: 'cus_1',
  entitlements: { data: [{ feature: 'feat_1', lookup_key: 'exports' }], has_more: false },
  ...fields,
})
