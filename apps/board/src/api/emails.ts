import { EMAIL_OUTCOMES, lastEmailWalked, listEmails, readEmail } from '@sluice/database/inspect'
import { z } from 'zod'
import { emailsFor } from './masks.ts'
import { cursor, limit, word } from './query.ts'
import { route } from './route.ts'
import { EmailLife, EmailPage } from './schemas/emails.ts'

const outcome = z
  .enum(['', ...EMAIL_OUTCOMES])
  .optional()
  .transform((text) => text || undefined)

/** E-mails, newest first. With a kind or an outcome, a page may hold few or none, and the next one goes on. */
export const emails = route({
  path: '/emails',
  query: z.object({ kind: word, outcome, customer: word, cursor, limit }),
  answer: EmailPage,
  read: async (reader, { cursor, limit, ...filter }, person) => {
    const rows = await listEmails(reader, filter, { before: cursor, limit: limit + 1 })
    const shown = rows.slice(0, limit)
    const last = rows.length > limit ? (shown.at(-1)?.id ?? null) : await lastEmailWalked(reader, filter, cursor)
    const items = shown.map(({ provider, eventId, ...row }) => ({
      ...row,
      event: provider !== null && eventId !== null ? { provider, eventId } : null,
    }))
    return { items: emailsFor(person, items), next: last }
  },
})

/** One e-mail by its effect key. */
export const email = route({
  path: '/emails/:key',
  query: z.object({ key: z.string().max(2_000) }),
  answer: EmailLife,
  read: async (reader, { key }, person) => {
    const life = await readEmail(reader, key)
    if (life === null) return null
    const { provider, eventId, type, effectId, attemptCount, availableAt, ...shown } = life.email
    const event = provider !== null && eventId !== null && type !== null ? { provider, eventId, type } : null
    const isThere = effectId !== null && attemptCount !== null && availableAt !== null
    return {
      ...life,
      email: { ...(emailsFor(person, [shown])[0] ?? shown), event },
      effect: isThere ? { id: effectId, attempts: attemptCount, availableAt } : null,
    }
  },
})
