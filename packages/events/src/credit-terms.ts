/** The credits that metadata grants: of a price, a Checkout session, a payment intent or a charge. */
export interface CreditTerms {
  /** For one that was paid. */
  credits: number
  /** For one that costs nothing, as in a trial. */
  trialCredits: number
  /** When they expire: at the end of the period that they were bought for, or after a number of days; null: never. */
  expires: 'period' | number | null
}

/** The credits that a price, or a session, grants at one moment; null: none. */
export interface CreditOffer {
  terms: CreditTerms | null
  /** The terms before, if the event tells them. */
  before?: CreditTerms | null
}
