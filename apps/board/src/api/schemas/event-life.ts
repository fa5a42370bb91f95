import { z } from 'zod'
import { ActionItem } from './actions.ts'
import { time } from './common.ts'
import { EventItem } from './events.ts'

/** One HTTP request that carried the event. */
export const Delivery = z.object({
  receivedAt: time,
  /** `accepted` is the first; `duplicate` changed nothing. */
  outcome: z.enum(['accepted', 'duplicate']),
  /** The following are known of repeats alone. Network of the sender: /24, or /48 of IPv6. */
  addressNet: z.string().nullable(),
  bytes: z.number().nullable(),
  /** SHA-256 of the body: equal for equal bytes. */
  bodyHash: z.string().nullable(),
  answeredMs: z.number().nullable(),
})

/** One failed run of its handler, or of an effect that it caused. */
export const Attempt = z.object({
  number: z.number(),
  /** Null: the event itself. */
  effectKey: z.string().nullable(),
  startedAt: time.nullable(),
  failedAt: time,
  error: z.string(),
  fingerprint: z.string(),
  /** Whether it made a dead letter. */
  isLast: z.boolean(),
  /** Null while no traces are sent. */
  traceId: z.string().nullable(),
})

/** A row that the event touched, as it is now. */
export const TouchedRow = z.object({
  table: z.string(),
  key: z.string(),
  /** Columns that identify no person. Null if the row is gone. */
  values: z.record(z.string(), z.unknown()).nullable(),
})

/** A column that the event changed. Null: there was no row, or no value. */
export const Change = z.object({
  table: z.string(),
  key: z.string(),
  column: z.string(),
  before: z.unknown(),
  after: z.unknown(),
  at: time,
  /** Why, where no new event did it: `replay`, `access ended`, `payment trusted`, `settings`, `host`. */
  cause: z.string().nullable(),
})

/** A line of an entry: per entry key and currency, debits equal credits. */
export const LedgerLine = z.object({
  id: z.string(),
  entryKey: z.string(),
  corrects: z.string().nullable(),
  paymentId: z.string(),
  stripeAccount: z.string().nullable(),
  livemode: z.boolean().nullable(),
  account: z.string(),
  direction: z.string(),
  /** In the currency's minor unit. */
  amount: z.number(),
  currency: z.string(),
  createdAt: time,
  /** Whether this event booked it; the others belong to the same payments. */
  isOwn: z.boolean(),
})

export const Effect = z.object({
  id: z.string(),
  effectKey: z.string(),
  kind: z.string(),
  /** `pending, done, skipped, failed`. */
  status: z.string(),
  attempts: z.number(),
  error: z.string().nullable(),
  availableAt: time,
  doneAt: time.nullable(),
  /** The job on Bull Board; null if it has ended. */
  job: z.string().nullable(),
})

/** Its recipient is not shown. */
export const Email = z.object({
  effectKey: z.string(),
  kind: z.string(),
  subject: z.string(),
  /** `pending, sent, skipped, failed`. */
  status: z.string(),
  sentAt: time.nullable(),
})

export const Document = z.object({
  /** `receipt, invoice, credit_note`. */
  kind: z.string(),
  number: z.string(),
  paymentId: z.string(),
  storageKey: z.string(),
  isOwn: z.boolean(),
})

/** A file of a prediction's output. */
export const StoredFile = z.object({
  predictionId: z.string(),
  generationJobId: z.string(),
  /** Zero-based. */
  index: z.number(),
  /** JSON pointer into the output. */
  pointer: z.string(),
  /** `pending, stored, refused, failed`. */
  status: z.string(),
  error: z.string().nullable(),
  storageKey: z.string().nullable(),
  contentType: z.string().nullable(),
  bytes: z.number().nullable(),
  sha256: z.string().nullable(),
})

/** Of the event itself, the newest. */
export const DeadLetter = z.object({
  id: z.string(),
  error: z.string(),
  fingerprint: z.string(),
  attempts: z.number(),
  failedAt: time,
  /** Null while it is open. */
  redrivenAt: time.nullable(),
})

export const Neighbour = EventItem.extend({
  /** Of the same customer, of the same prediction, or received just before or after. */
  relation: z.enum(['customer', 'prediction', 'time']),
})

/** `GET /api/events/:provider/:id`. */
export const EventLife = z.object({
  event: EventItem.extend({
    orderingKey: z.string(),
    /** Length of the recorded body; null once it is erased. */
    bodyBytes: z.number().nullable(),
  }),
  deliveries: z.array(Delivery),
  attempts: z.array(Attempt),
  facts: z.array(TouchedRow),
  changes: z.array(Change),
  ledger: z.array(LedgerLine),
  effects: z.array(Effect),
  emails: z.array(Email),
  documents: z.array(Document),
  files: z.array(StoredFile),
  deadLetter: DeadLetter.nullable(),
  users: z.array(z.object({ id: z.string(), role: z.string() })),
  /** Actions of operators that named it or its effects, redrove it, or changed the state of its cause, oldest first. */
  actions: z.array(ActionItem),
  neighbours: z.array(Neighbour),
  /** Lists that hold only part of what happened, because Sluice does not record the rest, with the reason. */
  notRecorded: z.object({ deliveries: z.string(), changes: z.string() }),
  links: z.object({
    /** The job on Bull Board. */
    job: z.string(),
    /** The event in the provider's dashboard; null if it has no page. */
    provider: z.string().nullable(),
  }),
})

export type EventLife = z.output<typeof EventLife>
