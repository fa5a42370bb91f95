import { checkoutSessionMerge } from './checkout-session.ts'
import { connectedAccountMerge } from './connected-account.ts'
import { customerMerge } from './customer.ts'
import { disputeMerge } from './dispute.ts'
import { invoiceMerge } from './invoice.ts'
import type { AnyMerge } from './merge-rows.ts'
import { outputMerge } from './output.ts'
import { paymentMerge } from './payment.ts'
import { paymentMethodMerge } from './payment-method.ts'
import { paymentReferenceMerge } from './payment-reference.ts'
import { predictionMerge } from './prediction.ts'
import { refundMerge } from './refund.ts'
import { subscriptionMerge } from './subscription.ts'

export { type AnyMerge, type Merged, type MergeRules, mergeRows, type Traced } from './merge-rows.ts'

/**
 * Every merge, in the order in which every transaction takes its locks: a merge may move, as long as there is one order.
 * Predictions come before output, which needs the rows of their jobs.
 */
export const MERGES = [
  customerMerge,
  subscriptionMerge,
  invoiceMerge,
  checkoutSessionMerge,
  paymentMethodMerge,
  connectedAccountMerge,
  paymentMerge,
  refundMerge,
  disputeMerge,
  paymentReferenceMerge,
  predictionMerge,
  outputMerge,
] as const satisfies readonly AnyMerge[]

/** The kinds of facts that a merge takes. */
export type MergedKind = (typeof MERGES)[number]['kinds'][number]

const BY_KIND = new Map<string, AnyMerge>(MERGES.flatMap((merge) => merge.kinds.map((kind) => [kind, merge] as const)))

export function mergeOf(kind: MergedKind): AnyMerge {
  const merge = BY_KIND.get(kind)
  if (!merge) throw new TypeError(`src/merges/index.ts lists no merge for facts of the kind ${kind}`)
  return merge
}
