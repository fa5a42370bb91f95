import type { Language } from './languages.ts'

/** The content of an e-mail in its language, before layout. Plain text throughout: the layout escapes it. */
export interface EmailContent {
  language: Language
  readers: 'customer' | 'staff'
  subject: string
  title: string
  paragraphs: string[]
  /** Pairs of a label and a value. */
  details: [string, string][]
  button: { label: string; url: string } | null
  /** Why the reader receives this e-mail. */
  footer: string
  /** Says that no money has moved. Null in live mode. */
  note: string | null
}
