export { type BilledCheckout, loadBilledCheckout } from './checkouts.ts'
export { type BilledCreditNote, loadBilledCreditNote } from './credit-notes.ts'
export { hasPaidSince, loadCustomerEmail, loadCustomerLocales } from './customers.ts'
export { loadDispute, type OpenedDispute } from './disputes.ts'
export { recordDocument, replaceDocument } from './documents.ts'
export { loadFraudWarning, type OpenedFraudWarning } from './fraud-warnings.ts'
export {
  type GenerationFile,
  type GenerationRow,
  loadGeneration,
  loadVariant,
  recordNotStored,
  recordStored,
  type VariantRow,
} from './generations.ts'
export { type BilledInvoice, loadBilledInvoice } from './invoices.ts'
export { beginNotification, finishNotification, isNotified, loadKeptDraft } from './notifications.ts'
export { loadOwedInvoice, type OwedInvoice } from './owed-invoices.ts'
export { type BilledPayment, loadBilledPayment, loadReference } from './payments.ts'
export { deleteRenderedEmails, keepRenderedEmail } from './rendered-emails.ts'
export { type BilledSubscription, loadBilledSubscription } from './subscriptions.ts'
