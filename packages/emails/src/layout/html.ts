import type { EmailContent } from '../email-content.ts'
import { LAYOUT } from '../generated/layout.ts'
import { borderOn, textOn } from './colors.ts'
import type { Letterhead } from './letterhead.ts'

/** The background of the text, in `email.mjml`. */
const LIGHT = '#ffffff'
const DARK = '#1b1e25'

/** An e-mail as HTML, in the layout of `layout/email.mjml`. */
export async function htmlOf(content: EmailContent, letterhead: Letterhead): Promise<string> {
  const { default: mustache } = await import('mustache')
  const { color } = letterhead
  const view = {
    ...content,
    ...letterhead,
    preview: content.paragraphs.join(' '),
    hasDetails: content.details.length > 0,
    details: content.details.map(([label, value]) => ({ label, value })),
    hasLinks: letterhead.links.length > 0,
    onColor: textOn(color),
    lightBorder: borderOn(LIGHT, color),
    darkBorder: borderOn(DARK, color),
  }
  return mustache.render(LAYOUT, view, {}, { escape: escaped })
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

export const escaped = (text: unknown): string =>
  `${text}`.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
