import type { Fact } from '@sluice/events'
import { checkoutSessionMerge } from './checkout-session.ts'
import { connectedAccountMerge } from './connected-account.ts'
import { creditNoteMerge } from './credit-note.ts'
import { customerMerge } from './customer.ts'
import { disputeMerge } from './dispute.ts'
import { entitlementSummaryMerge } from './entitlement-summary.ts'
import { fraudWarningMerge } from './fraud-warning.ts'
import { invoiceMerge } from './invoice.ts'
import type { AnyMerge } from './merge-rows.ts'
import { outputMerge } from './output.ts'
import { paymentMerge } from './payment.ts'
import { paymentMethodMerge } from './payment-method.ts'
import { paymentReferenceMerge } from './payment-reference.ts'
import { predictionMerge } from './prediction.ts'
import { priceMerge } from './price.ts'
import { productMerge } from './product.ts'
import { refundMerge } from './refund.ts'
import { subscriptionMerge } from './subscription.ts'

export { type AnyMerge, type Merged, type MergeRules, mergeRows, type Traced } from './merge-rows.ts'

type MergeByKind = { readonly [Kind in Fact['kind']]: AnyMerge<Extract<Fact, { kind: Kind }>> }

/**
 * The merge for each kind of fact, in the order in which every transaction locks rows. The order is arbitrary but
 * fixed, except that `output` must follow `prediction`, because it needs the job rows, and `payment` must follow
 * `paymentReference`, because some payments follow from merged references.
 */
const MERGE_BY_KIND: MergeByKind = {
  customer: customerMerge,
  subscription: subscriptionMerge,
  invoiceOutcome: subscriptionMerge,
  checkoutEntitlement: subscriptionMerge,
  invoice: invoiceMerge,
  checkoutSession: checkoutSessionMerge,
  checkoutLines: checkoutSessionMerge,
  paymentMethod: paymentMethodMerge,
  connectedAccount: connectedAccountMerge,
  product: productMerge,
  price: priceMerge,
  entitlementSummary: entitlementSummaryMerge,
  refund: refundMerge,
  dispute: disputeMerge,
  creditNote: creditNoteMerge,
  fraudWarning: fraudWarningMerge,
  paymentReference: paymentReferenceMerge,
  payment: paymentMerge,
  prediction: predictionMerge,
  output: outputMerge,
}

/** Every merge once, in that order. */
export const MERGES: readonly AnyMerge[] = [...new Set<AnyMerge>(Object.values(MERGE_BY_KIND))]

/** The merge that takes this fact. */
export const mergeOf = ({ kind }: Fact): AnyMerge => MERGE_BY_KIND[kind]
