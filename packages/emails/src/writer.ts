import { type Brand, PLAIN_BRAND } from './brand.ts'
import type { Draft } from './draft.ts'
import type { EmailContent } from './email-content.ts'
import { chooseTag } from './languages.ts'
import { layOut } from './layout/index.ts'
import { LOGO_CID } from './layout/letterhead.ts'
import { NO_TEMPLATES, type Templates, writeEmail } from './write-email.ts'

export interface WrittenEmail {
  subject: string
  text: string
  html: string
  /** Where an answer goes; null for the sender. */
  replyTo: string | null
  /** Shown in the HTML, by their Content-ID. */
  images: { filename: string; contentType: string; content: Buffer; cid: string }[]
}

export interface EmailWriter {
  /** @param locales the reader's languages as tags separated by commas, most wanted first; null if none are known */
  write(draft: Draft, locales: string | null): Promise<WrittenEmail>
  /** The same before layout, for a message that is not an e-mail. */
  contentOf(draft: Draft, locales: string | null): EmailContent
}

export interface EmailWriterOptions {
  /** Name of the sender, shown if the brand has no company. */
  sender: string
  brand?: Brand | undefined
  templates?: Templates | undefined
}

/** Writes e-mails in the language of their readers, as plain text and as HTML. */
export function createEmailWriter({
  sender,
  brand = PLAIN_BRAND,
  templates = NO_TEMPLATES,
}: EmailWriterOptions): EmailWriter {
  const { logo } = brand
  const images = logo === undefined || 'url' in logo ? [] : [{ ...logo, cid: LOGO_CID }]
  const contentOf = (draft: Draft, locales: string | null) =>
    writeEmail(draft, chooseTag(locales, brand.language), templates)
  return {
    contentOf,
    async write(draft, locales) {
      const content = contentOf(draft, locales)
      const replyTo = content.readers === 'customer' ? (brand.support ?? null) : null
      return { subject: content.subject, ...(await layOut(content, brand, sender)), replyTo, images }
    },
  }
}
