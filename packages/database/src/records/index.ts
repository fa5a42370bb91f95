export {
  type BilledCheckout,
  type BilledInvoice,
  type BilledPayment,
  type BilledSubscription,
  loadBilledCheckout,
  loadBilledInvoice,
  loadBilledPayment,
  loadBilledSubscription,
  loadCustomerEmail,
  loadDispute,
  loadReference,
  type OpenedDispute,
  type ReferencedPayment,
} from './billing.ts'
export {
  type GenerationRow,
  loadGeneration,
  loadVariant,
  noteNotStored,
  noteStored,
  type StoredFile,
  type VariantRow,
} from './generations.ts'
export {
  beginNotification,
  type DocumentRow,
  finishNotification,
  type NotificationRow,
  noteDocument,
} from './notifications.ts'
