import { type Effect, type Handler, processed } from '@sluice/events'
import { z } from 'zod'
import { read } from '../read.ts'
import { effectKey } from './effect-key.ts'
import { dataOf, originOf, reference, seconds, shown } from './object.ts'
import { referencesTo } from './payment-reference.ts'

const EarlyFraudWarning = z.object({
  id: z.string().min(1),
  charge: reference,
  payment_intent: reference,
  fraud_type: shown(z.string()),
  actionable: z.boolean().nullish(),
  created: seconds.nullish(),
})

/**
 * The card's issuer reported a charge as fraud, or that report changed.
 *
 * No money moved yet. The staff is notified, since a refund now may avoid a dispute.
 *
 * https://docs.stripe.com/disputes/measuring#early-fraud-warnings
 */
export const onEarlyFraudWarning: Handler = (event) => {
  const warning = read(EarlyFraudWarning, dataOf(event).object, 'early fraud warning')
  const origin = originOf(event)
  const notification: Effect = {
    key: effectKey(origin, `fraud_warning:${warning.id}`),
    kind: 'fraud_warning.opened',
    payload: { fraudWarningId: warning.id },
  }
  return processed(
    [
      ...referencesTo([warning.payment_intent, warning.charge], origin),
      {
        kind: 'fraudWarning',
        fraudWarningId: warning.id,
        chargeId: warning.charge ?? null,
        paymentIntentId: warning.payment_intent ?? null,
        fraudType: warning.fraud_type ?? null,
        actionable: warning.actionable ?? true,
        created: warning.created?.toISOString() ?? null,
        ...origin,
      },
    ],
    event.type === 'radar.early_fraud_warning.created' ? [notification] : [],
  )
}
