import type { ReceivedEvent } from '@sluice/events'
import { handledTypes } from '../index.ts'
import { replicate, SECOND, stripe } from './received-event.ts'
import {
  charge,
  creditNote,
  customer,
  DAY,
  dispute,
  earlyFraudWarning,
  entitlementSummary,
  invoice,
  invoicePayment,
  oldCharge,
  oldCreditNote,
  oldInvoice,
  oldOpenInvoice,
  oldPaymentIntent,
  openInvoice,
  paymentIntent,
  paymentMethod,
  plan,
  price,
  product,
  refund,
  session,
  subscription,
  subscriptionSession,
  upcomingInvoice,
} from './stripe-objects.ts'

/** Distinct numbers, so that the numbers in an effect key can be told apart. */
const ATTEMPT = 77
const TRIAL_END = SECOND + 3 * DAY + 1
const PERIOD_END = SECOND + 7 * DAY + 1

const sessions = [session(), subscriptionSession()]
const unpaid = { payment_status: 'unpaid' }
const asked = { attempt_count: ATTEMPT }
const openInvoices = [openInvoice(asked), oldOpenInvoice(asked), openInvoice({ ...asked, next_payment_attempt: null })]
const unsuccessful = { status: 'requires_payment_method' }
const trial = { status: 'trialing', trial_end: TRIAL_END }

/** Objects by type or family of types. Together they cause every fact and effect of the handlers. */
const OBJECTS: Record<string, object[]> = {
  account: [{ id: 'acct_1' }],
  'charge.captured': [charge()],
  'charge.dispute': [dispute()],
  'charge.refund': [refund()],
  'charge.refunded': [charge(), oldCharge()],
  'charge.succeeded': [charge(), oldCharge()],
  'checkout.session': sessions,
  'checkout.session.async_payment_failed': [session(unpaid)],
  'checkout.session.expired': [session({ ...unpaid, status: 'expired' })],
  credit_note: [creditNote(), oldCreditNote()],
  customer: [customer()],
  'customer.subscription': [subscription()],
  'customer.subscription.trial_will_end': [subscription(trial)],
  entitlements: [entitlementSummary()],
  invoice: [invoice(), oldInvoice()],
  'invoice.payment_action_required': openInvoices,
  'invoice.payment_failed': openInvoices,
  'invoice.upcoming': [upcomingInvoice({ period_end: PERIOD_END })],
  invoice_payment: [invoicePayment()],
  'payment_intent.payment_failed': [paymentIntent(unsuccessful), oldPaymentIntent(unsuccessful)],
  'payment_intent.succeeded': [paymentIntent(), oldPaymentIntent()],
  payment_method: [paymentMethod()],
  plan: [plan()],
  price: [price()],
  product: [product()],
  'radar.early_fraud_warning': [earlyFraudWarning()],
  refund: [refund()],
}

/** Placeholders for the ids and numbers of these objects in effect keys. */
export const PLACEHOLDERS: Record<string, string> = {
  in_1: '<invoice>',
  cs_1: '<session>',
  sub_1: '<subscription>',
  dp_1: '<dispute>',
  issfr_1: '<fraud warning>',
  pi_1: '<payment intent>',
  [ATTEMPT]: '<attempt>',
  [TRIAL_END]: '<trial end>',
  [PERIOD_END]: '<period end>',
}

/** Live events of every handled type, for tests and for the table of events in this package's README. */
export const samples: ReadonlyMap<string, ReceivedEvent[]> = new Map(
  handledTypes.map((type) => [type, samplesOf(type)]),
)

function samplesOf(type: string): ReceivedEvent[] {
  if (type.startsWith('prediction.')) return [replicate(type, { id: 'prediction-1', status: type.split('.')[1] })]
  const family = familiesOf(type).find((name) => name in OBJECTS)
  if (!family) throw new Error(`${type} has no sample: add one to OBJECTS`)
  const account = family === 'account' ? 'acct_1' : null
  return (OBJECTS[family] ?? []).map((object) => ({ ...stripe(type, object), account, livemode: true }))
}

/** `a.b.c`, `a.b`, `a`: the most specific first. */
function familiesOf(type: string): string[] {
  const words = type.split('.')
  return words.map((_word, index) => words.slice(0, words.length - index).join('.'))
}
