import { EMAIL_OUTCOMES, lastEmailWalked, listEmails } from '@sluice/database/inspect'
import { z } from 'zod'
import { emailsFor } from './masks.ts'
import { cursor, limit, word } from './query.ts'
import { route } from './route.ts'
import { EmailPage } from './schemas/emails.ts'

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
