import type { StripeFact } from '@sluice/events'

/**
 * The key of an effect: what it is about, then the connected account and the mode that it happened in. It is made of
 * the ids of objects and never of the event, so Stripe's second event about one thing has the same key:
 * https://docs.stripe.com/webhooks#handle-duplicate-events
 */
export function effectKey({ account, livemode }: Pick<StripeFact, 'account' | 'livemode'>, what: string): string {
  return `${what}${account ? `@${account}` : ''}${livemode === false ? ':test' : ''}`
}
