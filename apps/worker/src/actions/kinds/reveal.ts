import type { KINDS } from '@sluice/database/actions'
import { keepRenderedEmail, loadKeptDraft } from '@sluice/database/records'
import { draftFrom, withImages } from '@sluice/emails'
import { z } from 'zod'
import type { RunAction } from '../context.ts'

/** The row of the action lets the person read columns. An e-mail is rendered as well, in today's layout and wording. */
export const reveal: RunAction<z.output<typeof KINDS.reveal.filter>> = async (what, { pool, writer, action }) => {
  if (!('email' in what)) return {}
  const kept = await loadKeptDraft(pool, what.email)
  if (kept === undefined) return { problem: 'No e-mail has this effect key.' }
  if (kept === null)
    return { problem: 'An older version sent it, or its person was forgotten: what it said is not kept.' }
  const { draft, locales } = Kept.parse(kept)
  const email = await writer.write(draftFrom(draft), locales)
  await keepRenderedEmail(pool, {
    ...{ actionId: action.id, effectKey: what.email },
    ...{ subject: email.subject, text: email.text, html: withImages(email) },
  })
  return {}
}

const Kept = z.object({ draft: z.unknown(), locales: z.string().nullable() })
