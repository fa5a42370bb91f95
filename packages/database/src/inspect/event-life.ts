import type { Pool } from 'pg'
import { z } from 'zod'
import { queryRows } from '../sql/rows.ts'
import { actionsAbout } from './actions-about.ts'
import { changesOfEvent, rowsMadeBy } from './changes.ts'
import { REPEATS_OF_EVENT, Repeat } from './deliveries.ts'
import { EVENT_COLUMNS, EventRow } from './events.ts'
import {
  DOCUMENT_COLUMNS,
  Document,
  EMAIL_COLUMNS,
  Email,
  FILE_COLUMNS,
  LEDGER_COLUMNS,
  LedgerLine,
  StoredFile,
} from './shown-rows.ts'
import { keysIn, readTouchedRows } from './touched-rows.ts'

const Inspected = EventRow.extend({
  orderingKey: z.string(),
  touched: z.array(z.string()).nullable(),
  /** Null once the body is erased. */
  bodyBytes: z.number().nullable(),
})

type Inspected = z.infer<typeof Inspected>

const EVENT = `SELECT ${EVENT_COLUMNS}, e.ordering_key AS "orderingKey", e.touched,
    sluice_body_bytes(e.id) AS "bodyBytes"
  FROM webhook_events e WHERE e.provider = $1 AND e.event_id = $2`

export type EventLife = NonNullable<Awaited<ReturnType<typeof readEventLife>>>

/** An event and all that became of it; null if the inbox does not have it. */
export async function readEventLife(pool: Pool, provider: string, eventId: string) {
  const [found] = await queryRows(pool, Inspected, EVENT, [provider, eventId])
  if (found === undefined) return null
  const { touched, orderingKey, ...event } = found
  const paymentIds = await paymentsOf(pool, found)
  const facts = await readTouchedRows(pool, touched ?? [])
  return {
    event: { ...event, orderingKey },
    repeats: await queryRows(pool, Repeat, REPEATS_OF_EVENT, [event.id]),
    attempts: await queryRows(pool, Attempt, ATTEMPTS, [event.id]),
    facts,
    changes: [
      ...(await rowsMadeBy(pool, { event, touched: touched ?? [], rows: facts })),
      ...(await changesOfEvent(pool, event.id)),
    ],
    ledger: await queryRows(pool, OwnLine, LEDGER, [paymentIds, event.id]),
    effects: await queryRows(pool, Effect, EFFECTS, [event.id]),
    emails: await queryRows(pool, Email, EMAILS, [event.id]),
    documents: await queryRows(pool, OwnDocument, DOCUMENTS, [
      [...paymentIds, ...keysIn(touched ?? [], 'credit_notes')],
      event.id,
    ]),
    files: await queryRows(pool, PredictionFile, FILES, [orderingKey]),
    deadLetter: (await queryRows(pool, DeadLetter, DEAD_LETTER, [provider, eventId]))[0] ?? null,
    users: await queryRows(pool, User, USERS, [event.customerId, paymentIds, orderingKey]),
    actions: await actionsAbout(pool, found),
    neighbours: await queryRows(pool, Neighbour, NEIGHBOURS, [event.id, event.customerId, orderingKey]),
  }
}

const Payment = z.object({ id: z.string() })

const Attempt = z.object({
  number: z.number(),
  /** The effect that failed; null: the event itself. */
  effectKey: z.string().nullable(),
  startedAt: z.date(),
  failedAt: z.date(),
  error: z.string(),
  fingerprint: z.string(),
  isLast: z.boolean(),
  traceId: z.string().nullable(),
})

const ATTEMPT_COLUMNS = `a.n AS number, a.started_at AS "startedAt", a.ended_at AS "failedAt",
  a.code || ': ' || a.message AS error, a.fingerprint, a.is_last AS "isLast", a.trace_id AS "traceId", a.id`

/** Of the event, and of the effects that it caused. */
const ATTEMPTS = `SELECT * FROM (
    (SELECT NULL AS "effectKey", ${ATTEMPT_COLUMNS} FROM webhook_attempts a WHERE a.event_row = $1::bigint)
    UNION ALL (SELECT o.effect_key, ${ATTEMPT_COLUMNS}
      FROM outbox_messages o JOIN webhook_attempts a ON a.outbox_message_id = o.id WHERE o.webhook_event_id = $1::bigint)
  ) AS attempts ORDER BY attempts.id LIMIT 500`

/** The payments that it is about: refunds and disputes name only a charge or an intent. */
async function paymentsOf(pool: Pool, { id, touched }: Inspected): Promise<string[]> {
  const rows = touched ?? []
  const references = keysIn(rows, 'payment_references')
  const found = await queryRows(pool, Payment, PAYMENTS, [
    id,
    keysIn(rows, 'refunds'),
    keysIn(rows, 'disputes'),
    references,
  ])
  return [...new Set([...keysIn(rows, 'payments'), ...found.map((payment) => payment.id)])]
}

const PAYMENTS = `
  SELECT payment_id AS id FROM payments WHERE webhook_event_id = $1::bigint
  UNION SELECT payment_id FROM payment_references WHERE payment_id IS NOT NULL AND reference IN (
    SELECT unnest($4::text[])
    UNION SELECT unnest(ARRAY[charge_id, payment_intent_id]) FROM refunds WHERE stripe_refund_id = ANY ($2::text[])
    UNION SELECT unnest(ARRAY[charge_id, payment_intent_id]) FROM disputes WHERE stripe_dispute_id = ANY ($3::text[]))`

/** `isOwn`: whether this event booked it; the others belong to the same payments. */
const OwnLine = LedgerLine.extend({ isOwn: z.boolean() })

const LEDGER = `SELECT ${LEDGER_COLUMNS}, webhook_event_id IS NOT DISTINCT FROM $2::bigint AS "isOwn"
  FROM ledger_entries WHERE payment_id = ANY ($1::text[]) ORDER BY ledger_entries.id LIMIT 500`

const Effect = z.object({
  id: z.string(),
  effectKey: z.string(),
  kind: z.string(),
  status: z.string(),
  attempts: z.number(),
  error: z.string().nullable(),
  availableAt: z.date(),
  doneAt: z.date().nullable(),
})

const EFFECTS = `SELECT id::text, effect_key AS "effectKey", kind, status, attempts, error,
    available_at AS "availableAt", done_at AS "doneAt"
  FROM outbox_messages WHERE webhook_event_id = $1::bigint ORDER BY effect_key LIMIT 500`

const EMAILS = `SELECT ${EMAIL_COLUMNS} FROM notifications WHERE webhook_event_id = $1::bigint ORDER BY id LIMIT 100`

/** `isOwn`: whether this event caused it; the others belong to the same payments. */
const OwnDocument = Document.extend({ isOwn: z.boolean() })

const DOCUMENTS = `SELECT ${DOCUMENT_COLUMNS}, webhook_event_id IS NOT DISTINCT FROM $2::bigint AS "isOwn"
  FROM documents WHERE kind IN ('receipt', 'invoice', 'credit_note') AND payment_id = ANY ($1::text[])
  ORDER BY id LIMIT 100`

const PredictionFile = StoredFile.extend({ predictionId: z.string() })

const OF_PREDICTION = `prediction_id = substring($1 FROM '^replicate:(.*)$')`

const FILES = `SELECT ${FILE_COLUMNS}, j.prediction_id AS "predictionId"
  FROM generation_jobs j JOIN renders r ON r.generation_job_id = j.id JOIN variants v ON v.render_id = r.id
  WHERE j.${OF_PREDICTION} ORDER BY v.idx LIMIT 200`

const DeadLetter = z.object({
  id: z.string(),
  error: z.string(),
  fingerprint: z.string(),
  attempts: z.number(),
  failedAt: z.date(),
  redrivenAt: z.date().nullable(),
})

const DEAD_LETTER = `SELECT id::text, error, fingerprint, attempts, failed_at AS "failedAt", redriven_at AS "redrivenAt"
  FROM webhook_dead_letters WHERE provider = $1 AND event_id = $2 AND outbox_message_id IS NULL
  ORDER BY webhook_dead_letters.id DESC LIMIT 1`

const User = z.object({ id: z.string(), role: z.string() })

const USERS = `SELECT id, role FROM users WHERE id IN (
    SELECT user_id FROM customers WHERE stripe_customer_id = $1
    UNION SELECT user_id FROM payments WHERE payment_id = ANY ($2::text[])
    UNION SELECT user_id FROM generation_jobs WHERE ${OF_PREDICTION.replace('$1', '$3')})
  ORDER BY id LIMIT 20`

const Neighbour = EventRow.extend({ relation: z.enum(['customer', 'prediction', 'time']) })

/** The ids that a condition selects. `OFFSET 0`: all events of its customer or prediction are read, and none of others. */
const all = (condition: string): string => `(SELECT id FROM webhook_events WHERE ${condition} OFFSET 0) AS own`

/** Up to ten before and after it: of its customer, or of its prediction; and up to three that were received beside it. */
const NEIGHBOURS = `
  SELECT * FROM (
    SELECT DISTINCT ON (near.id) ${EVENT_COLUMNS}, near.relation FROM (
      (SELECT id, 'customer' AS relation FROM ${all('customer_id = $2 AND id < $1::bigint')} ORDER BY id DESC LIMIT 10)
      UNION ALL (SELECT id, 'customer' FROM ${all('customer_id = $2 AND id > $1::bigint')} ORDER BY id LIMIT 10)
      UNION ALL (SELECT id, 'prediction'
        FROM ${all("provider = 'replicate' AND ordering_key = $3 AND id <> $1::bigint")} ORDER BY id LIMIT 20)
      UNION ALL (SELECT id, 'time' FROM webhook_events WHERE id < $1::bigint ORDER BY id DESC LIMIT 3)
      UNION ALL (SELECT id, 'time' FROM webhook_events WHERE id > $1::bigint ORDER BY id LIMIT 3)
    ) AS near JOIN webhook_events e ON e.id = near.id
    ORDER BY near.id, near.relation
  ) AS neighbours ORDER BY neighbours.id::bigint`
