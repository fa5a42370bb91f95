/** The reasons why an effect is not carried out, with the words that `outbox_messages.error` begins with. */
const WORDS = {
  /** Its subject has changed since: paid, cancelled, closed. */
  obsolete: 'obsolete',
  /** No row says what it should say. */
  missing: 'missing',
  no_address: 'no e-mail address',
  switched_off: 'switched off',
  too_old: 'too old',
  /** Only silent events caused it: it happened before the webhook endpoint existed, or it was imported. */
  past: 'past',
  /** The person whom it is about was forgotten: `sluice forget`. */
  forgotten: 'forgotten',
  /** Our own rules do not allow it, such as a file on a host that is not listed. */
  refused: 'refused',
  /** The trial mode has no Redis, so there is nothing to delete there and nobody subscribes. */
  no_redis: 'no Redis',
} as const

export type SkipReason = keyof typeof WORDS

export const SKIP_REASONS = Object.keys(WORDS) as SkipReason[]

/** An effect that ended without being carried out. */
export interface Skip {
  reason: SkipReason
  /** For people: ids and codes at most, never an address. */
  detail?: string
}

/** Ends an effect without carrying it out: `return skip('obsolete', 'the invoice is paid')`. */
export const skip = (reason: SkipReason, detail?: string): Skip => ({ reason, ...(detail !== undefined && { detail }) })

/** The text in the column `error`, such as `obsolete: the invoice is paid`. */
export const describeSkip = ({ reason, detail }: Skip): string =>
  detail === undefined ? WORDS[reason] : `${WORDS[reason]}: ${detail}`

/** The reason of a text that `describeSkip` made; undefined for any other text. */
export const skipReasonOf = (error: string): SkipReason | undefined =>
  SKIP_REASONS.find((reason) => WORDS[reason] === error.split(':', 1)[0])
