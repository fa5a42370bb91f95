import { type Fact, type PaymentFact, type PaymentReferenceFact, processed } from '@sluice/events'
import type { Pool, PoolClient } from 'pg'
import { z } from 'zod'
import type { MergeRules } from '../merges/index.ts'
import type { PaymentRegisters } from '../merges/payment.ts'
import { moneyOf, type ReferenceRegisters } from '../merges/payment-reference.ts'
import { LOCK_WAIT_MS } from '../sql/locked-rows.ts'
import { queryRows, registers } from '../sql/rows.ts'
import { toJsonb } from '../sql/text.ts'
import { inTransaction } from '../sql/transaction.ts'
import { eachUnlocked } from './locks/each-unlocked.ts'
import { writeFacts } from './write-facts.ts'

const Unclaimed = z.object({
  reference: z.string(),
  event_id: z.string(),
  silent: z.boolean(),
  registers: registers<ReferenceRegisters>(),
})

type Unclaimed = z.infer<typeof Unclaimed>

const Unpriced = z.object({
  payment_id: z.string(),
  event_id: z.string(),
  silent: z.boolean(),
  registers: registers<PaymentRegisters>(),
  occurred_at: z.date(),
})

type Unpriced = z.infer<typeof Unpriced>

/** Maximum number of rows of each kind in one transaction. */
const AT_ONCE = 100

/** A payment intent or a payment that is due, by its key. */
type Due = { unclaimed: string } | { unpriced: string }

/**
 * Books the payment intents and charges whose money no invoice and no Checkout session has claimed for this many
 * seconds, as payments of their own; and the parts of invoices of which no event has named the price. Safe in any number
 * of workers. Those whose rows another session has locked are left to a later time.
 *
 * @returns whether more may be due.
 */
export async function bookUnclaimedPayments(pool: Pool, afterSeconds: number, rules: MergeRules): Promise<boolean> {
  const unclaimed = await queryRows(pool, Key, UNCLAIMED, [afterSeconds])
  const unpriced = await queryRows(pool, Key, UNPRICED, [afterSeconds])
  const due: Due[] = [
    ...unclaimed.map(({ key }) => ({ unclaimed: key })),
    ...unpriced.map(({ key }) => ({ unpriced: key })),
  ]
  const book = (some: Due[]) => inTransaction(pool, (client) => bookEach(client, some, rules), LOCK_WAIT_MS)
  const locked = await eachUnlocked(due, book)
  return locked.length === 0 && (unclaimed.length === AT_ONCE || unpriced.length === AT_ONCE)
}

const Key = z.object({ key: z.string() })

const UNCLAIMED = `SELECT reference AS key FROM payment_references
  WHERE unclaimed AND unclaimed_since <= now() - make_interval(secs => $1) ORDER BY unclaimed_since LIMIT ${AT_ONCE}`

/**
 * Waits from the time at which the payment's first event was recorded: after an outage its other events come late too. An
 * event that retention has deleted was recorded long ago.
 */
const UNPRICED = `SELECT p.payment_id AS key FROM payments p LEFT JOIN webhook_events e ON e.id = p.webhook_event_id
  WHERE p.unpriced AND coalesce(e.received_at, '-infinity') <= now() - make_interval(secs => $1)
  ORDER BY p.occurred_at LIMIT ${AT_ONCE}`

async function bookEach(client: PoolClient, due: Due[], rules: MergeRules): Promise<void> {
  const unclaimed = await lockUnclaimed(
    client,
    due.flatMap((one) => ('unclaimed' in one ? one.unclaimed : [])),
  )
  const parts = await lockUnpriced(
    client,
    due.flatMap((one) => ('unpriced' in one ? one.unpriced : [])),
  )
  const invoices = unclaimed.length > 0 ? await invoicesOf(client, unclaimed) : new Map<string, string>()
  const decided = [
    ...unclaimed.map((row) => decisionOf(row, row.reference, claimOf(row, invoices.get(row.reference)))),
    ...parts.map((row) => decisionOf(row, row.payment_id, withoutPrice(row))),
  ]
  if (decided.length > 0) await writeFacts(client, decided, rules)
}

/** Of an imported payment the registers say whether webhooks have told of it too; see `receiptsOf`. */
const IS_SILENT = `EXISTS (SELECT FROM webhook_events e
  WHERE e.id = webhook_event_id AND e.silent AND e.type NOT LIKE 'import.%')`

const lockUnclaimed = (client: PoolClient, references: string[]) =>
  queryRows(
    client,
    Unclaimed,
    `SELECT reference, coalesce(webhook_event_id, 0)::text AS event_id, ${IS_SILENT} AS silent, registers
      FROM payment_references
      WHERE unclaimed AND reference = ANY ($1) ORDER BY unclaimed_since FOR UPDATE SKIP LOCKED`,
    [references],
  )

const lockUnpriced = (client: PoolClient, paymentIds: string[]) =>
  queryRows(
    client,
    Unpriced,
    `SELECT payment_id, coalesce(webhook_event_id, 0)::text AS event_id, ${IS_SILENT} AS silent, registers, occurred_at
      FROM payments
      WHERE unpriced AND payment_id = ANY ($1) ORDER BY occurred_at FOR UPDATE SKIP LOCKED`,
    [paymentIds],
  )

function decisionOf({ event_id: id, silent }: Unclaimed | Unpriced, subject: string, fact: Fact) {
  return { row: { id, event_id: `unclaimed:${subject}`, silent }, facts: [fact], decision: processed([fact]) }
}

/** A statement that leaves the amount to the parts, and knows of no tax. */
function withoutPrice({ payment_id: paymentId, registers, occurred_at: occurredAt }: Unpriced): PaymentFact {
  const { currency, account, livemode } = registers
  return {
    kind: 'payment',
    paymentId,
    status: 'succeeded',
    stripeInvoiceId: null,
    stripeSubscriptionId: null,
    stripeCustomerId: null,
    currency,
    money: { amount: 0, external: 0, total: 0, tax: 0 },
    precedence: 0,
    attemptCount: 0,
    nextPaymentAttempt: null,
    account: account ?? null,
    livemode: livemode ?? null,
    occurredAt,
  }
}

function claimOf({ reference, registers }: Unclaimed, invoiceId: string | undefined): PaymentReferenceFact {
  const { account, livemode, received, session } = registers
  return {
    kind: 'paymentReference',
    reference,
    ...(invoiceId
      ? { invoiceId, matchedInvoiceId: invoiceId }
      : { bookedAs: session?.contents.sessionId ?? reference }),
    account: account ?? null,
    livemode: livemode ?? null,
    occurredAt: new Date((received ?? session)?.second ?? 0),
  }
}

const Match = z.object({ reference: z.string(), invoice: z.string() })

/**
 * The invoices that these intents paid, where no event links them. Since 2025-03-31.basil only `invoice_payment.paid`
 * does, and an endpoint may not get it. Without this, the money of every invoice would be booked a second time. The
 * invoice has the same customer and amount, was paid within the hour, and is linked to no other intent.
 */
async function invoicesOf(client: PoolClient, rows: Unclaimed[]): Promise<Map<string, string>> {
  const wanted = rows.flatMap(({ reference, registers }) => {
    const { received, session, account } = registers
    const customer = received?.contents.customerId ?? session?.contents.customerId
    const money = moneyOf(registers)
    if (!customer || !money?.money) return []
    const second = (received ?? session)?.second
    return [{ reference, customer, account, currency: money.currency, amount: money.money.amount, second }]
  })
  const found = await queryRows(
    client,
    Match,
    `SELECT DISTINCT ON (new.reference) new.reference, p.payment_id AS invoice
      FROM jsonb_to_recordset($1::jsonb)
        AS new (reference text, customer text, account text, currency text, amount bigint, second timestamptz)
      JOIN payments p ON p.stripe_customer_id = new.customer AND p.stripe_invoice_id = p.payment_id
        AND p.status = 'succeeded' AND p.currency = new.currency AND p.amount = new.amount
        AND p.account IS NOT DISTINCT FROM new.account
        AND abs(extract(epoch FROM p.occurred_at - new.second)) <= 3600
      WHERE NOT EXISTS (SELECT FROM payment_references r WHERE r.payment_id = p.payment_id)
      ORDER BY new.reference, abs(extract(epoch FROM p.occurred_at - new.second)), p.payment_id`,
    [toJsonb(wanted)],
  )
  return eachInvoiceOnce(found)
}

function eachInvoiceOnce(found: z.infer<typeof Match>[]): Map<string, string> {
  const taken = new Set<string>()
  const matches = new Map<string, string>()
  for (const { reference, invoice } of found) {
    if (taken.has(invoice)) continue
    taken.add(invoice)
    matches.set(reference, invoice)
  }
  return matches
}
