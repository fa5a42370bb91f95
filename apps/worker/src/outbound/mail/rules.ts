import { EMAIL_KINDS, type EmailKind } from '@sluice/emails'

/** Which e-mail this installation sends. */
export interface EmailRules {
  kinds: ReadonlySet<EmailKind>
  /** Whether customers of connected accounts get e-mail. */
  toConnected: boolean
  /** An e-mail about something that happened longer ago is not sent. */
  maxAgeHours: number
}

/**
 * The kinds that `EMAILS` selects, such as `all,-renewal.upcoming`: from left to right, a kind adds itself and `-kind`
 * takes itself out. A list that begins with `-kind` begins with all. Undefined if it names no kind of e-mail.
 */
export function selectEmailKinds(text: string): ReadonlySet<EmailKind> | undefined {
  const words = text.split(',').map((word) => word.trim())
  const selected = new Set<EmailKind>(words[0]?.startsWith('-') ? EMAIL_KINDS : [])
  for (const word of words) {
    const kinds = kindsOf(word.replace(/^-/, ''))
    if (!kinds) return undefined
    for (const kind of kinds) selected[word.startsWith('-') ? 'delete' : 'add'](kind)
  }
  return selected
}

function kindsOf(word: string): readonly EmailKind[] | undefined {
  if (word === 'all') return EMAIL_KINDS
  if (word === 'none') return []
  const kind = EMAIL_KINDS.find((one) => one === word)
  return kind && [kind]
}
