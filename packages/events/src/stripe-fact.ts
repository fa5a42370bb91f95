/** Account, mode and time of a fact from Stripe. */
export interface StripeFact {
  account: string | null
  livemode: boolean | null
  /** `event.created`: whole seconds, ties are normal (https://docs.stripe.com/webhooks#event-ordering). */
  occurredAt: Date
  /** Set if its person was forgotten: its row keeps nothing of the person from then on. No handler sets it. */
  forgotten?: true
}
