import { z } from 'zod'

/** A line of the ledger. */
export const LedgerLine = z.object({
  id: z.string(),
  entryKey: z.string(),
  corrects: z.string().nullable(),
  paymentId: z.string(),
  stripeAccount: z.string().nullable(),
  livemode: z.boolean().nullable(),
  account: z.string(),
  direction: z.string(),
  amount: z.coerce.number(),
  currency: z.string(),
  createdAt: z.date(),
})

/** Columns of a `LedgerLine`, of `ledger_entries`. */
export const LEDGER_COLUMNS = `id::text, entry_key AS "entryKey", corrects, payment_id AS "paymentId",
  stripe_account AS "stripeAccount", livemode, account, direction, amount, currency, created_at AS "createdAt"`

/** An e-mail without its recipient. */
export const Email = z.object({
  effectKey: z.string(),
  kind: z.string(),
  subject: z.string(),
  status: z.string(),
  sentAt: z.date().nullable(),
})

/** Columns of an `Email`, of `notifications`. */
export const EMAIL_COLUMNS = `effect_key AS "effectKey", kind, subject, status, sent_at AS "sentAt"`

/** A document of a payment, or of a credit note, whose id then is that of the payment. */
export const Document = z.object({
  kind: z.string(),
  number: z.string(),
  paymentId: z.string(),
  storageKey: z.string(),
})

/** Columns of a `Document`, of `documents`. */
export const DOCUMENT_COLUMNS = `kind, number, payment_id AS "paymentId", storage_key AS "storageKey"`

/** A file of the output of a prediction. */
export const StoredFile = z.object({
  generationJobId: z.string(),
  index: z.number(),
  pointer: z.string(),
  status: z.string(),
  error: z.string().nullable(),
  storageKey: z.string().nullable(),
  contentType: z.string().nullable(),
  bytes: z.coerce.number().nullable(),
  sha256: z.string().nullable(),
})

/** Columns of a `StoredFile`, of `renders r JOIN variants v`. */
export const FILE_COLUMNS = `r.generation_job_id AS "generationJobId", v.idx AS index, v.pointer, v.status, v.error,
  v.storage_key AS "storageKey", v.content_type AS "contentType", v.bytes, v.sha256`
