import { type Fact, type Handler, processed } from '@sluice/events'
import { onDispute } from './charge.dispute.ts'
import { onCreditNote } from './credit_note.ts'
import { onSubscription } from './customer.subscription.ts'
import { onCustomer } from './customer.ts'
import { onEntitlementSummary } from './entitlements.active_entitlement_summary.updated.ts'
import { onImportedCharge } from './import.charge.ts'
import { onImportedCheckoutSession } from './import.checkout_session.ts'
import { onImportedInvoice } from './import.invoice.ts'
import { onImportedPaymentIntent } from './import.payment_intent.ts'
import { onImportedPaymentMethod } from './import.payment_method.ts'
import { onInvoicePaymentPaid } from './invoice_payment.paid.ts'
import { onPrice } from './price.ts'
import { onProduct } from './product.ts'
import { onRefund } from './refund.ts'

/**
 * Runs a handler on an object that `sluice import` fetched. The object says what is, and not what happened just now, so
 * there are no effects, and nobody gets a receipt for a payment of which only imports have told.
 */
const silently =
  (handle: Handler): Handler =>
  (event) => {
    const decision = handle(event)
    return decision.outcome === 'processed' ? processed(decision.facts.map(asImported)) : decision
  }

function asImported(fact: Fact): Fact {
  const mayHaveReceipt = fact.kind === 'paymentReference' || (fact.kind === 'payment' && fact.stripeInvoiceId === null)
  return mayHaveReceipt ? { ...fact, imported: true } : fact
}

/**
 * The handlers of imported objects. They read an object as the handlers of its own events do.
 *
 * Facts about a state have the time just before it was fetched: later events win over it, and it wins over earlier
 * ones. Facts about something that happened, such as a payment, have the time at which it happened.
 */
export const importHandlers = {
  'import.charge': silently(onImportedCharge),
  'import.checkout_session': silently(onImportedCheckoutSession),
  'import.credit_note': silently(onCreditNote),
  'import.customer': silently(onCustomer),
  'import.dispute': silently(onDispute),
  'import.entitlement_summary': silently(onEntitlementSummary),
  'import.invoice': silently(onImportedInvoice),
  'import.invoice_payment': silently(onInvoicePaymentPaid),
  'import.payment_intent': silently(onImportedPaymentIntent),
  'import.payment_method': silently(onImportedPaymentMethod),
  'import.price': silently(onPrice),
  'import.product': silently(onProduct),
  'import.refund': silently(onRefund),
  'import.subscription': silently(onSubscription),
} satisfies Record<`import.${string}`, Handler>
