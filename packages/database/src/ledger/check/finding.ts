import { z } from 'zod'

export const Finding = z.object({
  /** The key of the ledger entry, or the id of the payment or charge. */
  key: z.string(),
  expected: z.string(),
  found: z.string(),
})

/** A difference between the ledger and the rows that it was derived from. Amounts in the currency's minor unit. */
export type Finding = z.infer<typeof Finding>

/**
 * Money that went back for a payment that is not here: it is from before, or its events have not arrived yet. This is
 * no error.
 */
export interface UnknownPayment {
  /** The refund, dispute, credit note or charge. */
  key: string
  /** The payment that it names; null if no event has linked it to one. */
  paymentId: string | null
}

/** The result of one rule for some rows. */
export interface Checked {
  findings: Finding[]
  unknown: UnknownPayment[]
}
