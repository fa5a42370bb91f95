/** The content of an e-mail before layout. Plain text throughout: the layout escapes it. */
export interface EmailContent {
  subject: string
  title: string
  paragraphs: string[]
  /** Pairs of a name and a value. */
  details?: [string, string][]
  button?: { label: string; url: string } | undefined
  /** Why the reader receives this e-mail. */
  footer: string
  /** True for sandbox data (https://docs.stripe.com/sandboxes). The e-mail then states that no money has moved. */
  isTest: boolean
}

export const TEST_NOTE = 'Test mode: no money has moved.'

/** A button, if the link is https, as all of Stripe's are. */
export function linkButton(label: string, url: string | null): EmailContent['button'] {
  return url !== null && URL.canParse(url) && new URL(url).protocol === 'https:' ? { label, url } : undefined
}
