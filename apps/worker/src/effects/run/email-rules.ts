import { type EmailKind, readersOf } from '@sluice/emails'
import { type Skip, skip } from '@sluice/events'
import type { EmailRules } from '../../outbound/mail/rules.ts'
import type { EffectMessage } from './effector.ts'

const HOUR_MS = 3_600_000

/** Why an e-mail must not be sent; null if it may. */
export function refuseEmail(kind: EmailKind, message: EffectMessage, rules: EmailRules, now: Date): Skip | null {
  if (!rules.kinds.has(kind)) return skip('switched_off')
  const isToConnected = readersOf(kind) === 'customer' && message.account !== null
  if (isToConnected && !rules.toConnected) return skip('switched_off')
  return refuseOld(message, rules, now)
}

/** Refuses a message about something that happened too long ago, such as one that a dead letter held up. */
export const refuseOld = ({ occurredAt }: EffectMessage, { maxAgeHours }: EmailRules, now: Date): Skip | null =>
  now.getTime() - occurredAt.getTime() > maxAgeHours * HOUR_MS ? skip('too_old') : null
