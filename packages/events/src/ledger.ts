/**
 * `cash` is money at Stripe and `external` money that was paid outside Stripe. `revenue` is net of `tax`. `refunds` and
 * `disputes` are money that went back; `fees` are those that Stripe keeps.
 */
export const LEDGER_ACCOUNTS = ['cash', 'revenue', 'refunds', 'disputes', 'tax', 'fees', 'external'] as const

export type LedgerAccount = (typeof LEDGER_ACCOUNTS)[number]

/** One side of an entry. */
export interface LedgerLine {
  account: LedgerAccount
  direction: 'debit' | 'credit'
  /** In the currency's minor unit, positive. */
  amount: number
}

/** A movement of money. Its debits equal its credits, and it has at most one line per account and direction. */
export interface LedgerEntryFact {
  kind: 'ledgerEntry'
  /**
   * `payment:<id>`, `refund:<id>`, `refund_failed:<id>`, `withdrawn:<dispute>:<n>`, `reinstated:<dispute>:<n>`; and
   * `fee:<entry key>` for a fee in another currency than the entry's.
   */
  entryKey: string
  /** The key under which version 1 booked the same movement. */
  formerKey?: string
  paymentId: string
  /** The connected account whose money it is; null for the platform's own. */
  stripeAccount: string | null
  livemode: boolean | null
  currency: string
  lines: LedgerLine[]
}

/** The two lines that move an amount: `debit` receives it and `credit` gives it. An amount of zero has no lines. */
export const transfer = (debit: LedgerAccount, credit: LedgerAccount, amount: number): LedgerLine[] =>
  amount === 0
    ? []
    : [
        { account: debit, direction: 'debit', amount },
        { account: credit, direction: 'credit', amount },
      ]
