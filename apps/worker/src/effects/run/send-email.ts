import { type CustomerEmailKind, type Draft, keptDraft, type StaffEmailKind } from '@sluice/emails'
import { type Skip, skip } from '@sluice/events'
import { currentTime } from '@sluice/runtime/clock'
import type { Attachment } from '../../outbound/mail/transport.ts'
import type { EffectMessage, EffectTools } from './effector.ts'
import { refuseEmail, refuseOld } from './email-rules.ts'
import { notifyOnce, unlessSent } from './notify-once.ts'

export interface Recipient {
  /** Null when no address is known. */
  to: string | null
  /** Languages as tags separated by commas, most wanted first. Null when none are known. */
  locales: string | null
  attachments?: Attachment[]
}

/** https://www.rfc-editor.org/rfc/rfc3696 (erratum 1690) */
const ADDRESS_MAX = 254

/** Sends the e-mail of an effect to a customer, once, unless a rule of this installation forbids it. */
export const sendEmail = (
  message: EffectMessage,
  tools: EffectTools,
  draft: Draft<CustomerEmailKind>,
  recipient: Recipient,
): Promise<Skip | null> => email(message, tools, draft, recipient)

/**
 * Notifies the staff of something, once: through their webhook if one is set, else by e-mail to the sender address.
 *
 * @param page of the console, which the message names if the address of the board is known; default: that of the event
 */
export async function notifyStaff(
  message: EffectMessage,
  tools: EffectTools,
  given: Draft<StaffEmailKind>,
  page = eventPage(message),
): Promise<Skip | null> {
  const { staffWebhook, mail, writer, emailRules, boardUrl } = tools
  const draft = boardUrl === undefined || page === null ? given : withConsole(given, boardUrl + page)
  if (!staffWebhook) return email(message, tools, draft, { to: mail.sender.address, locales: null })
  const refused = refuseOld(message, emailRules, currentTime())
  if (refused) return unlessSent(message, tools, refused)
  const content = writer.contentOf(draft, null)
  const notification = {
    ...{ recipient: staffWebhook.host, subject: content.subject, sentAs: 'Staff notified' },
    ...{ draft: kept(draft, null), attachments: [] },
  }
  return notifyOnce(message, tools, notification, () => staffWebhook.post(content))
}

/** The events behind messages to the staff are Stripe's. */
const eventPage = ({ eventId }: EffectMessage): string | null =>
  eventId === null ? null : `/e/stripe/${encodeURIComponent(eventId)}`

const withConsole = (draft: Draft<StaffEmailKind>, url: string): Draft<StaffEmailKind> => ({
  ...draft,
  details: { ...draft.details, console: url },
})

async function email(
  message: EffectMessage,
  tools: EffectTools,
  draft: Draft,
  { to, locales, attachments = [] }: Recipient,
): Promise<Skip | null> {
  const { mail, writer, emailRules } = tools
  const refused = refuseEmail(draft.kind, message, emailRules, currentTime())
  if (refused) return unlessSent(message, tools, refused)
  if (to === null || to.length > ADDRESS_MAX) return skip('no_address')
  const { subject, text, html, replyTo, images } = await writer.write(draft, locales)
  const email = { to, subject, text, html, replyTo: replyTo ?? undefined, attachments: [...images, ...attachments] }
  const notification = {
    ...{ recipient: to, subject, sentAs: 'E-mail sent', draft: kept(draft, locales) },
    attachments: attachments.flatMap(({ storageKey }) => storageKey ?? []),
  }
  return notifyOnce(message, tools, notification, () => mail.send(message.effectKey, email))
}

/** Rows go on after an e-mail is sent: of an invoice that is paid, nothing is owed. What it said is kept. */
const kept = (draft: Draft, locales: string | null) => ({ draft: keptDraft(draft), locales })
