import type { StripeFact } from './stripe-fact.ts'

/**
 * The key of an effect: its subject, then the connected account and `test` for test mode. It contains ids of objects,
 * never of the event, so that a second event about the same object has the same key:
 * https://docs.stripe.com/webhooks#handle-duplicate-events
 */
export function effectKey({ account, livemode }: Pick<StripeFact, 'account' | 'livemode'>, subject: string): string {
  return `${subject}${account ? `@${account}` : ''}${livemode === false ? ':test' : ''}`
}

const RESENT = /^resend:([^:]+):/

/** The key of an effect that a replay asks for again: `resend:<replay>:<effect key>`. */
export const resentKey = (replay: string, key: string): string => `resend:${replay}:${key}`

/** The replay that asked for this effect again; undefined for any other effect. */
export const replayOf = (key: string): string | undefined => RESENT.exec(key)?.[1]

/**
 * How long a receipt or an invoice waits for the event of a customer that was created with the payment, which names the
 * language. Not longer, because a buyer looks for it.
 */
export const RECEIPT_SECONDS = 3
