import type { HostMessageType, ImportSummary } from './host-message.ts'

/**
 * The payload of each kind of effect. Handlers and the database package write it, and the worker's file for that kind
 * reads it; both are type-checked against it. It contains only ids and values that no row has, because the worker reads
 * the merged rows when the effect runs.
 *
 * To add a kind, add its line here, its file in `apps/worker/src/effects`, and its line in the index of that folder.
 */
export interface EffectPayloads {
  'asset.copy': { assetKey: string }
  'checkout.failed': { sessionId: string }
  credit_note: { creditNoteId: string }
  'dead_letter.opened': { fingerprint: string }
  /** `stage`: an inquiry has taken no money; default: a dispute, which has. `status`: when it was opened. */
  'dispute.opened': { disputeId: string; stage?: 'inquiry' | 'dispute'; status?: string }
  'features.invalidate': { userId: string }
  'fraud_warning.opened': { fraudWarningId: string }
  'generation.completed': { jobId: string }
  /** `subject`: the id of the object that the message is about. */
  'host.message': { type: HostMessageType; subject: string; imported?: ImportSummary }
  invoice: { paymentId: string }
  'invoice.finalization_failed': { invoiceId: string }
  'payment.action_required': { invoiceId: string }
  /** `attempt`: Stripe's `attempt_count` when the payment failed. */
  'payment.failed': { invoiceId: string; attempt: number }
  'payment.final_notice': { invoiceId: string; attempt: number }
  /** `after`: the planned attempt that it follows, ISO 8601. */
  'payment.reminder': { invoiceId: string; attempt: number; after?: string }
  /** `failedAt` is ISO 8601. */
  'payment_intent.failed': { paymentIntentId: string; customerId: string; failedAt?: string }
  receipt: { paymentId: string }
  /**
   * Complete, because an upcoming invoice has no row. `periodEnd` is ISO 8601, `amount` a whole number of minor units.
   */
  'renewal.upcoming': {
    subscriptionId: string
    periodEnd: string
    amount: string
    currency: string
    customerId?: string
    customerEmail?: string
  }
  /** `trialEnd` is ISO 8601. */
  'trial.ending': { subscriptionId: string; trialEnd: string }
}

export type EffectKind = keyof EffectPayloads

/** Kinds that neither people nor the host's program notice. All others are not carried out for silent events. */
const UNNOTICED: ReadonlySet<EffectKind> = new Set(['asset.copy', 'features.invalidate'])

/** Whether an effect of this kind sends a message, stores a document, or notifies the host. */
export const isNoticed = (kind: EffectKind): boolean => !UNNOTICED.has(kind)

/** A side effect outside Postgres. It runs once per key, after the facts of its event are committed. */
export type Effect<Kind extends EffectKind = EffectKind> = {
  [K in Kind]: {
    /**
     * Names the object it is about, for example `receipt:<payment id>`. Effects with the same key are the same effect.
     */
    key: string
    kind: K
    payload: EffectPayloads[K]
    /** Earliest time to run; default: at once. */
    availableAt?: Date
    /**
     * Shortest time in seconds that it waits after its event is recorded, so that other events of the same moment are
     * recorded first; default: 0.
     */
    waitSeconds?: number
  }
}[Kind]
