import { type PaymentReferenceFact, processed } from '@sluice/events'
import type { Pool, PoolClient } from 'pg'
import { z } from 'zod'
import type { MergeRules } from '../merges/index.ts'
import { moneyOf, type ReferenceRegisters } from '../merges/payment-reference.ts'
import { queryRows, registers } from '../sql/rows.ts'
import { toJsonb } from '../sql/text.ts'
import { inTransaction } from '../sql/transaction.ts'
import { writeFacts } from './write-facts.ts'

const Unclaimed = z.object({
  reference: z.string(),
  event_id: z.string(),
  registers: registers<ReferenceRegisters>(),
})

type Unclaimed = z.infer<typeof Unclaimed>

/** Maximum number of intents and charges in one transaction. */
const AT_ONCE = 100

/**
 * Books the payment intents and charges whose money no invoice and no Checkout session has claimed for this many
 * seconds, as payments of their own. Safe in any number of workers.
 *
 * @returns whether more may be due.
 */
export function bookUnclaimedPayments(pool: Pool, afterSeconds: number, rules: MergeRules): Promise<boolean> {
  return inTransaction(pool, async (client) => {
    const rows = await queryRows(
      client,
      Unclaimed,
      `SELECT reference, coalesce(webhook_event_id, 0)::text AS event_id, registers FROM payment_references
        WHERE unclaimed AND unclaimed_since <= now() - make_interval(secs => $1)
        ORDER BY unclaimed_since LIMIT ${AT_ONCE} FOR UPDATE SKIP LOCKED`,
      [afterSeconds],
    )
    if (rows.length === 0) return false
    const invoices = await invoicesOf(client, rows)
    const decided = rows.map((row) => {
      const facts = [claimOf(row, invoices.get(row.reference))]
      return { row: { id: row.event_id, event_id: `unclaimed:${row.reference}` }, facts, decision: processed(facts) }
    })
    await writeFacts(client, decided, rules)
    return rows.length === AT_ONCE
  })
}

function claimOf({ reference, registers }: Unclaimed, invoiceId: string | undefined): PaymentReferenceFact {
  const { account, livemode, received, session } = registers
  return {
    kind: 'paymentReference',
    reference,
    ...(invoiceId ? { invoiceId } : { bookedAs: session?.contents.sessionId ?? reference }),
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
