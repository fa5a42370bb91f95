import { type DeadLetterGroup, loadDeadLetterGroup } from '@sluice/database/dead-letters'
import type { Draft } from '@sluice/emails'
import { skip } from '@sluice/events'
import { defineEffect, id } from './run/effector.ts'
import { notifyStaff } from './run/send-email.ts'
import { dashboardUrl } from './shared/email-parts.ts'

/** Events or effects with one cause used up their attempts: the staff must fix it, and redrive them. */
export const deadLetterOpened = defineEffect('dead_letter.opened', {
  payload: { fingerprint: id },
  async run(message, tools) {
    const { fingerprint } = message.payload
    const group = await loadDeadLetterGroup(tools.pool, fingerprint)
    if (!group) return skip('obsolete', 'no such dead letter is open')
    return notifyStaff(
      message,
      tools,
      deadLetterOpenedEmail(group, fingerprint),
      `/d/${encodeURIComponent(fingerprint)}`,
    )
  },
})

export function deadLetterOpenedEmail(group: DeadLetterGroup, fingerprint: string): Draft<'dead_letter.opened'> {
  const { type, isEffect, error, count, provider, eventId, account, livemode } = group
  const common = {
    kind: 'dead_letter.opened' as const,
    values: { type, fingerprint },
    details: { cause: error, count: String(count), event: eventId || null, account },
    link: provider === 'stripe' ? dashboardUrl({ account, livemode }, `events/${eventId}`) : null,
    isTest: livemode === false,
  }
  return isEffect ? { ...common, variant: 'ofEffect' } : common
}
