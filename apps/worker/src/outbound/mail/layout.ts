import type { EmailContent } from './email-content.ts'
import { htmlOf } from './layout-html.ts'
import { textOf } from './layout-text.ts'

/** A content as a mail program shows it, with and without HTML. */
export const layOut = (content: EmailContent, sender: string): { text: string; html: string } => ({
  text: textOf(content, sender),
  html: htmlOf(content, sender),
})
