import type { PoolClient } from 'pg'
import { z } from 'zod'
import { firstUserIn } from '../merges/links.ts'
import { sameOrigin } from '../merges/stripe.ts'
import { keysOf, recordWritten } from '../sql/journal.ts'
import { parseRows } from '../sql/rows.ts'
import type { Moved } from './link-rows.ts'

const Payer = z.object({ key: z.string(), user_id: z.string().nullable() })

/**
 * Links these payments, and those of customers and subscriptions that have another user now. A payment belongs to the
 * user that its subscription's own metadata names, else to its customer's user, else to the buyer that its session or
 * intent names. Subscription and customer count only if they are of the payment's origin.
 *
 * @returns the payments with another user than before, and their new users, by payment
 */
export async function linkPayments(
  client: PoolClient,
  paymentIds: string[],
  moved: Moved,
): Promise<{ movedPayments: string[]; payersOf: Map<string, string> }> {
  const ids = [...new Set([...paymentIds, ...(await paymentsOf(client, moved))])].sort()
  if (ids.length === 0) return { movedPayments: [], payersOf: new Map() }
  const { rows } = await client.query({
    name: 'link_payments',
    text: `UPDATE payments p SET user_id = link.user_id FROM (
        SELECT p.payment_id, coalesce(${firstUserIn('s.link_user_ids')}, c.user_id, ${firstUserIn('p.link_user_ids')}) AS user_id
        FROM payments p
        LEFT JOIN customers c ON c.stripe_customer_id = p.stripe_customer_id AND ${sameOrigin('c', 'p')}
        LEFT JOIN subscriptions s ON s.stripe_subscription_id = p.stripe_subscription_id AND ${sameOrigin('s', 'p')}
        WHERE p.payment_id = ANY ($1)
      ) AS link
      WHERE p.payment_id = link.payment_id AND p.user_id IS DISTINCT FROM link.user_id
      RETURNING p.payment_id AS key, p.user_id`,
    values: [ids],
  })
  const payers = parseRows(Payer, rows)
  const movedPayments = payers.map(({ key }) => key)
  recordWritten(client, 'payments', movedPayments)
  const payersOf = new Map(payers.flatMap(({ key, user_id }) => (user_id === null ? [] : [[key, user_id] as const])))
  return { movedPayments, payersOf }
}

async function paymentsOf(client: PoolClient, { customers, subscriptions }: Moved): Promise<string[]> {
  if (customers.length === 0 && subscriptions.length === 0) return []
  const { rows } = await client.query({
    name: 'find_moved_payments',
    text: `SELECT payment_id AS key FROM payments WHERE stripe_customer_id = ANY ($1)
      UNION SELECT payment_id FROM payments WHERE stripe_subscription_id = ANY ($2)`,
    values: [customers, subscriptions],
  })
  return keysOf(rows)
}
