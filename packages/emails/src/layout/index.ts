import type { EmailContent } from '../email-content.ts'
import { htmlOf } from './html.ts'
import { textOf } from './text.ts'

/** Content as plain text and as HTML. */
export const layOut = (content: EmailContent, sender: string): { text: string; html: string } => ({
  text: textOf(content, sender),
  html: htmlOf(content, sender),
})
