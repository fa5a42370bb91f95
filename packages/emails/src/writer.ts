import type { Draft } from './draft.ts'
import type { EmailContent } from './email-content.ts'
import { chooseTag } from './languages.ts'
import { layOut } from './layout/index.ts'
import { NO_TEMPLATES, type Templates, writeEmail } from './write-email.ts'

export interface WrittenEmail {
  subject: string
  text: string
  html: string
}

export interface EmailWriter {
  /** @param locales the reader's languages as tags separated by commas, most wanted first; null if none are known */
  write(draft: Draft, locales: string | null): Promise<WrittenEmail>
  /** The same before layout, for a message that is not an e-mail. */
  contentOf(draft: Draft, locales: string | null): EmailContent
}

export interface EmailWriterOptions {
  /** Name of the sender, shown at the top. */
  sender: string
  templates?: Templates
}

/** Writes e-mails in the language of their readers, as plain text and as HTML. */
export function createEmailWriter({ sender, templates = NO_TEMPLATES }: EmailWriterOptions): EmailWriter {
  const contentOf = (draft: Draft, locales: string | null) => writeEmail(draft, chooseTag(locales, 'en'), templates)
  return {
    contentOf,
    async write(draft, locales) {
      const content = contentOf(draft, locales)
      return { subject: content.subject, ...layOut(content, sender) }
    },
  }
}
