import type { EffectKind } from '@sluice/events'
import { assetCopy } from './asset.copy.ts'
import { checkoutFailed } from './checkout.failed.ts'
import { creditNote } from './credit_note.ts'
import { deadLetterOpened } from './dead_letter.opened.ts'
import { disputeOpened } from './dispute.opened.ts'
import { featuresInvalidate } from './features.invalidate.ts'
import { fraudWarningOpened } from './fraud_warning.opened.ts'
import { generationCompleted } from './generation.completed.ts'
import { invoiceFinalizationFailed } from './invoice.finalization_failed.ts'
import { invoice } from './invoice.ts'
import { paymentActionRequired } from './payment.action_required.ts'
import { paymentFailed } from './payment.failed.ts'
import { paymentFinalNotice } from './payment.final_notice.ts'
import { paymentReminder } from './payment.reminder.ts'
import { paymentIntentFailed } from './payment_intent.failed.ts'
import { receipt } from './receipt.ts'
import { renewalUpcoming } from './renewal.upcoming.ts'
import type { Effector } from './run/effector.ts'
import { trialEnding } from './trial.ending.ts'

export type QueuedKind = Exclude<EffectKind, 'host.message'>

/**
 * All effects that have a job of the queue; messages to the host have none. A kind of `EffectPayloads` that is missing
 * here, or an unknown kind, does not compile.
 */
export const effectors: { [Kind in QueuedKind]: Effector<Kind> } = {
  'asset.copy': assetCopy,
  'checkout.failed': checkoutFailed,
  credit_note: creditNote,
  'dead_letter.opened': deadLetterOpened,
  'dispute.opened': disputeOpened,
  'features.invalidate': featuresInvalidate,
  'fraud_warning.opened': fraudWarningOpened,
  'generation.completed': generationCompleted,
  invoice,
  'invoice.finalization_failed': invoiceFinalizationFailed,
  'payment.action_required': paymentActionRequired,
  'payment.failed': paymentFailed,
  'payment.final_notice': paymentFinalNotice,
  'payment.reminder': paymentReminder,
  'payment_intent.failed': paymentIntentFailed,
  receipt,
  'renewal.upcoming': renewalUpcoming,
  'trial.ending': trialEnding,
}
