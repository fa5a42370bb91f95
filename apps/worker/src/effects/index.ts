import { copyVariant } from './asset.copy.ts'
import { tellCheckoutFailed } from './checkout.failed.ts'
import { COPY_PATIENCE } from './copy-patience.ts'
import { tellStaffOfDispute } from './dispute.opened.ts'
import type { Effector } from './effector.ts'
import { invalidateFeatures } from './features.invalidate.ts'
import { tellGenerationCompleted } from './generation.completed.ts'
import { tellStaffOfFinalization } from './invoice.finalization_failed.ts'
import { sendInvoice } from './invoice.ts'
import { askForAction } from './payment.action_required.ts'
import { tellPaymentFailed } from './payment.failed.ts'
import { sendFinalNotice } from './payment.final_notice.ts'
import { remindOfPayment } from './payment.reminder.ts'
import { tellPaymentIntentFailed } from './payment_intent.failed.ts'
import { sendReceipt } from './receipt.ts'
import { tellRenewalUpcoming } from './renewal.upcoming.ts'
import { tellTrialEnding } from './trial.ending.ts'

/** Every effect we know, by kind. To add one: write its file, then add its line here. */
export const effectors: Record<string, Effector> = {
  'asset.copy': copyVariant,
  'checkout.failed': tellCheckoutFailed,
  'dispute.opened': tellStaffOfDispute,
  'features.invalidate': invalidateFeatures,
  'generation.completed': tellGenerationCompleted,
  invoice: sendInvoice,
  'invoice.finalization_failed': tellStaffOfFinalization,
  'payment.action_required': askForAction,
  'payment.failed': tellPaymentFailed,
  'payment.final_notice': sendFinalNotice,
  'payment.reminder': remindOfPayment,
  'payment_intent.failed': tellPaymentIntentFailed,
  receipt: sendReceipt,
  'renewal.upcoming': tellRenewalUpcoming,
  'trial.ending': tellTrialEnding,
}

/** How many times longer than others an effect of this kind may take. */
export const patienceWith = (kind: string): number => (kind === 'asset.copy' ? COPY_PATIENCE : 1)
