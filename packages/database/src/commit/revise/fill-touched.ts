import type { Pool, PoolClient } from 'pg'
import { z } from 'zod'
import { queryRows } from '../../sql/rows.ts'
import { inTransaction } from '../../sql/transaction.ts'
import { Recorded } from '../claim.ts'
import { decideAll } from '../decide.ts'
import type { CommitRules } from '../rules.ts'
import { joinTouched, SPLIT_TOUCHED, touchedBy } from '../touched.ts'

const PAGE = 200

const Untraced = Recorded.extend({
  customer_id: z.string().nullable(),
  subscription_id: z.string().nullable(),
  payments: z.array(z.string()),
  references: z.array(z.string()),
})

type Untraced = z.infer<typeof Untraced>

/** Thin events only name an object, whose recorded event is replayed by itself. */
export const THIN = /^v[0-9]+[.]/

const UNTRACED = `touched IS NULL AND status = 'processed'`

/** Events that an older version processed, and which so far name none of the rows that they touched. */
export async function countUntraced(pool: Pool): Promise<number> {
  const [row] = await queryRows(
    pool,
    z.object({ count: z.number() }),
    `SELECT count(*)::int AS count FROM webhook_events WHERE ${UNTRACED}`,
  )
  return row?.count ?? 0
}

/**
 * Completes events that an older version processed with the rows that they touch: those that their handlers name today,
 * and those whose columns name the event. One page.
 *
 * @returns the number of events
 */
export const fillTouched = (pool: Pool, rules: Pick<CommitRules, 'decide'>): Promise<number> =>
  inTransaction(pool, (client) => fillTouchedIn(client, rules))

/** The same in a transaction of the caller's. */
export async function fillTouchedIn(client: PoolClient, rules: Pick<CommitRules, 'decide'>): Promise<number> {
  const rows = await queryRows(
    client,
    Untraced,
    `SELECT e.id, e.provider, e.event_id, e.type, e.account, e.livemode, e.api_version, e.occurred_at, e.received_at,
          e.status, e.silent, e.raw_body, e.customer_id, e.subscription_id,
          ARRAY(SELECT payment_id FROM payments WHERE webhook_event_id = e.id) AS payments,
          ARRAY(SELECT reference FROM payment_references r JOIN payments p USING (payment_id)
            WHERE p.webhook_event_id = e.id) AS references
        FROM (SELECT * FROM webhook_events WHERE ${UNTRACED} ORDER BY id LIMIT ${PAGE} FOR UPDATE SKIP LOCKED) AS e`,
  )
  const { decided } = await decideAll(
    rows.filter(({ type }) => !THIN.test(type)),
    rules as CommitRules,
  )
  const factsOf = new Map(decided.map(({ row, facts }) => [row.id, facts]))
  const touched = rows.map((row) => {
    const facts = factsOf.get(row.id)
    return joinTouched(
      [...new Set([...(facts ? touchedBy(facts) : rowsOfColumns(row)), ...rowsThatNameIt(row)])].sort(),
    )
  })
  await client.query(
    `UPDATE webhook_events e SET touched = ${SPLIT_TOUCHED}
        FROM unnest($1::bigint[], $2::text[]) AS new (id, touched) WHERE e.id = new.id`,
    [rows.map(({ id }) => id), touched],
  )
  return rows.length
}

/** Of an event that cannot be decided any more, such as one without a body. */
const rowsOfColumns = ({ type, customer_id, subscription_id }: Untraced): string[] =>
  THIN.test(type)
    ? []
    : [
        ...(customer_id === null ? [] : [`customers/${customer_id}`]),
        ...(subscription_id === null ? [] : [`subscriptions/${subscription_id}`]),
      ]

const rowsThatNameIt = ({ payments, references }: Untraced): string[] => [
  ...payments.map((id) => `payments/${id}`),
  ...references.map((id) => `payment_references/${id}`),
]
