import { z } from 'zod'
import { time } from './common.ts'
import { LedgerLine } from './event-life.ts'

/** Debits less credits of an account, in the currency's minor unit. */
export const Balance = z.object({
  /** The connected account; null for the platform's own money. */
  stripeAccount: z.string().nullable(),
  livemode: z.boolean().nullable(),
  currency: z.string(),
  account: z.string(),
  balance: z.number(),
})

/** A difference between the ledger and the rows that it follows from. */
export const Finding = z.object({ key: z.string(), expected: z.string(), found: z.string() })

/** `GET /api/ledger?days`. */
export const Ledger = z.object({
  /** Those that are not zero. Of one Stripe account, mode and currency they add up to zero. */
  balances: z.array(Balance),
  /** Sums of each day (UTC), newest first. */
  days: z.array(
    z.object({
      day: z.string(),
      currency: z.string(),
      account: z.string(),
      debit: z.number(),
      credit: z.number(),
    }),
  ),
  /** The last check that was asked for on the console; null without one. */
  check: z
    .object({
      /** Of the action. */
      id: z.string(),
      at: time,
      state: z.string(),
      finishedAt: time.nullable(),
      done: z.number(),
      total: z.number().nullable(),
      error: z.string().nullable(),
      /** Null until it is done. */
      result: z
        .object({ checked: z.number(), findingCount: z.number(), findings: z.array(Finding), unknownCount: z.number() })
        .nullable(),
    })
    .nullable(),
})

export type Ledger = z.output<typeof Ledger>

/** `GET /api/payments/:id`. */
export const PaymentLife = z.object({
  payment: z.object({
    id: z.string(),
    status: z.string(),
    amount: z.number(),
    currency: z.string(),
    customerId: z.string().nullable(),
    userId: z.string().nullable(),
    account: z.string().nullable(),
    livemode: z.boolean().nullable(),
    occurredAt: time,
    /** The payment that has the money, where an invoice claimed it later. */
    movedTo: z.string().nullable(),
    /** The event that said so; null once it is deleted. */
    provider: z.string().nullable(),
    eventId: z.string().nullable(),
  }),
  reversals: z.array(
    z.object({
      kind: z.enum(['refund', 'dispute']),
      id: z.string(),
      status: z.string(),
      amount: z.number(),
      currency: z.string(),
    }),
  ),
  lines: z.array(LedgerLine.omit({ isOwn: true })),
})

export type PaymentLife = z.output<typeof PaymentLife>
