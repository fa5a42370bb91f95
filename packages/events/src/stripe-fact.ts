/** Where an object lives at Stripe, and when we were told of it. */
export interface StripeFact {
  account: string | null
  livemode: boolean | null
  /** `event.created`: whole seconds, ties are normal (https://docs.stripe.com/webhooks#event-ordering). */
  occurredAt: Date
}
