import type { Pool } from 'pg'
import { z } from 'zod'
import { queryRows } from '../sql/rows.ts'
import { type CausedChange, CHANGES_MAX, changesOfRows } from './changes.ts'
import { type Period, periodsOf, type RowNow } from './periods.ts'
import type { PersonRows } from './person.ts'

/** A commit that changed the state of a person. */
export interface Moment {
  at: Date
  /** Its events; none if a schedule or the host did it. */
  events: { provider: string; eventId: string; type: string }[]
  /** Why without an event, as `row_changes.cause` names it. */
  cause: string | null
}

export interface History {
  /** Oldest first. */
  moments: Moment[]
  /** Each state of each row, with the time of its commit. */
  periods: Period[]
  /** Before these times it is not known what was otherwise. */
  knownSince: { changes: Date; entitlements: Date }
}

/** The state of a person after each commit: the role, subscriptions, payments and entitlements. */
export async function readHistory(pool: Pool, person: PersonRows): Promise<History> {
  const { user, customers, subscriptions, payments } = person
  const sources = [
    ...customers.map(({ id }) => `customer:${id}`),
    ...subscriptions.map(({ id }) => `subscription:${id}`),
  ]
  const entitlements = await queryRows(pool, Entitlement, ENTITLEMENTS, [sources])
  const roles: RowNow[] = user ? [{ table: 'users', key: user.id, values: { role: user.role } }] : []
  const ofEvents: RowNow[] = [
    ...subscriptions.map((one) => ({ table: 'subscriptions', key: one.id, values: valuesOf(one) })),
    ...payments.map(({ id, status }) => ({ table: 'payments', key: id, values: { status } })),
  ]
  const rows = [...roles, ...ofEvents]
  const entitled = sources.map((key) => ({ table: 'entitlements', key }))
  const changes = (await changesOfRows(pool, [...rows, ...entitled])).toReversed()
  const born = await queryRows(pool, Born, BORN, [ofEvents.map(({ table, key }) => `${table}/${key}`)])
  const [knownSince] = await queryRows(pool, Since, 'SELECT * FROM sluice_changes_since()', [])
  if (!knownSince) throw new TypeError('the function returns a row')
  return {
    moments: momentsOf(person, changes),
    periods: periodsOf({
      ...{ rows, entitlements, changes },
      born: new Map(born.map(({ name, at }) => [name, at])),
    }),
    knownSince: changes.length < CHANGES_MAX ? knownSince : notBefore(knownSince, changes[0]?.at),
  }
}

/** Older changes were not read. */
const notBefore = (since: History['knownSince'], at = since.changes): History['knownSince'] => ({
  changes: later(at, since.changes),
  entitlements: later(at, since.entitlements),
})

const later = (a: Date, b: Date): Date => new Date(Math.max(a.getTime(), b.getTime()))

const valuesOf = ({
  status,
  priceId,
  quantity,
  currentPeriodEnd,
  cancelAtPeriodEnd,
}: PersonRows['subscriptions'][number]) => ({
  status,
  price_id: priceId,
  quantity,
  current_period_end: currentPeriodEnd?.toISOString() ?? null,
  cancel_at_period_end: cancelAtPeriodEnd,
})

const Entitlement = z.object({ source: z.string(), feature: z.string() })

const ENTITLEMENTS = `SELECT source, feature FROM entitlements WHERE entitlement_key IN (
    SELECT entitlement_key FROM entitlements WHERE stripe_customer_id = ANY (ARRAY(
      SELECT substring(source FROM 10) FROM unnest($1::text[]) AS source WHERE source LIKE 'customer:%'))
    UNION ALL SELECT entitlement_key FROM entitlements WHERE stripe_subscription_id = ANY (ARRAY(
      SELECT substring(source FROM 14) FROM unnest($1::text[]) AS source WHERE source LIKE 'subscription:%')))
  ORDER BY source, feature LIMIT 500`

const Born = z.object({ name: z.string(), at: z.date() })

/**
 * When the first event of each row was committed. Rows without one are left out: it is deleted, or they are the host's. A
 * payment may follow from an event of its intent, and is then known by its first entry. The events of all rows are sought at
 * once, because each search also reads what is not yet sorted into the index.
 */
const BORN = `WITH committed AS MATERIALIZED (
    SELECT processed_at, touched FROM webhook_events WHERE touched IS NOT NULL AND touched && $1::text[]
  ), firsts AS (
    SELECT name, min(processed_at) AS at FROM committed, unnest(touched) AS name WHERE name = ANY ($1::text[]) GROUP BY name
  )
  SELECT * FROM (
    SELECT name, least(firsts.at, (
        SELECT min(created_at) FROM ledger_entries
        WHERE name LIKE 'payments/%' AND payment_id = substring(name FROM length('payments/') + 1)
      )) AS at
    FROM unnest($1::text[]) AS name LEFT JOIN firsts USING (name)
    WHERE NOT EXISTS (SELECT FROM frozen_rows WHERE row_key = name)
  ) AS born WHERE at IS NOT NULL`

const Since = z.object({ changes: z.date(), entitlements: z.date() })

function momentsOf({ events }: PersonRows, changes: CausedChange[]): Moment[] {
  const moments = new Map<number, Moment>()
  const momentAt = (at: Date): Moment => {
    const moment = moments.get(at.getTime()) ?? { at, events: [], cause: null }
    moments.set(at.getTime(), moment)
    return moment
  }
  for (const { processedAt, provider, eventId, type } of events)
    if (processedAt !== null) momentAt(processedAt).events.push({ provider, eventId, type })
  for (const { at, cause } of changes) {
    const moment = momentAt(at)
    moment.cause = cause ?? moment.cause
  }
  return [...moments.values()].sort((a, b) => a.at.getTime() - b.at.getTime())
}
