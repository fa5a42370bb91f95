import type { Brand } from '../brand.ts'
import type { EmailContent } from '../email-content.ts'
import { htmlOf } from './html.ts'
import { letterheadOf } from './letterhead.ts'
import { textOf } from './text.ts'

/** Content as plain text and as HTML. @param sender the name that is shown for a brand without a company */
export async function layOut(
  content: EmailContent,
  brand: Brand,
  sender: string,
): Promise<{ text: string; html: string }> {
  const letterhead = letterheadOf(content, brand, sender)
  return { text: textOf(content, letterhead), html: await htmlOf(content, letterhead) }
}
