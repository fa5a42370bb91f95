import type { Pool } from 'pg'
import { prismaOf } from '../client.ts'

export interface RenderedEmail {
  /** The action that asked for it. */
  actionId: string
  effectKey: string
  subject: string
  text: string
  html: string
}

/** How long a rendered message is kept, in minutes: as long as a person may read what they revealed. */
const KEPT_MINUTES = 10

/** Keeps a rendered message for the person who asked for it, unless the one it is about was forgotten meanwhile. */
export async function keepRenderedEmail(
  pool: Pool,
  { actionId, effectKey, subject, text, html }: RenderedEmail,
): Promise<void> {
  await prismaOf(pool).$executeRaw`
    WITH known AS (SELECT FROM notifications WHERE effect_key = ${effectKey} AND recipient <> '' FOR SHARE)
    INSERT INTO rendered_emails (action_id, effect_key, subject, text, html)
    SELECT ${actionId}::bigint, ${effectKey}, ${subject}, ${text}, ${html} FROM known
    ON CONFLICT (action_id) DO NOTHING`
}

/** Deletes what nobody may read any more. */
export async function deleteRenderedEmails(pool: Pool): Promise<void> {
  await prismaOf(pool).$executeRaw`
    DELETE FROM rendered_emails WHERE rendered_at < now() - ${KEPT_MINUTES} * interval '1 minute'`
}
