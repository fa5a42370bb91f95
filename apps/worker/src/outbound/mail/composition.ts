/** What a letter says, before it is laid out. Plain text throughout: laying out escapes it. */
export interface Composition {
  subject: string
  title: string
  paragraphs: string[]
  /** Pairs of a name and a value. */
  facts?: [string, string][]
  button?: { label: string; url: string } | undefined
  /** Why the reader gets this, and who sent it. */
  footer: string
  /** Sandbox data (https://docs.stripe.com/sandboxes): the letter says that no money moved. */
  isTest: boolean
}

export const TEST_NOTE = 'Test mode: no money has moved.'

/** A link that is worth showing: https, as all of Stripe's are. */
export function buttonTo(label: string, url: string | null): Composition['button'] {
  return url !== null && URL.canParse(url) && new URL(url).protocol === 'https:' ? { label, url } : undefined
}
