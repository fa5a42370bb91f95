import { idsAbout } from '../find/events-about.ts'
import type { EventFilter } from './filter.ts'
import type { Parameters } from './parameters.ts'

interface Context extends Pick<Parameters, '$'> {
  /** `WHERE …` of all other conditions on `webhook_events e`; empty if there is none. */
  where: string
  /** `ORDER BY … LIMIT …` of a page. */
  ordered: string
}

/** A part of an id is looked for in this many of the newest rows. */
const SEARCHED_MAX = 20_000

/**
 * SQL that selects the ids of at least one page of a filter, where Postgres would otherwise walk the ids past millions of
 * other events. Null where a plain condition is as good.
 */
export function candidatesOf(filter: EventFilter, context: Context): string | null {
  const { q, customer, user, provider, type, status } = filter
  if (q !== undefined) return aboutText(q, context)
  if (customer !== undefined) return ofRows(context)
  if (user !== undefined) return ofUser(user, context)
  // These have indexes of their own, and few rows.
  if (status === 'failed' || status === 'received' || status === 'ignored') return null
  return provider === undefined && type === undefined ? null : ofKinds(context)
}

/**
 * The newest that ended of each provider and type, and the newest that wait. The condition on both is in `where`; each pair
 * is one step in their index.
 */
const ofKinds = ({ where, ordered }: Context): string => `
  WITH RECURSIVE kinds AS (
    (SELECT provider, type FROM webhook_events WHERE status <> 'received' ORDER BY provider, type LIMIT 1)
    UNION ALL
    SELECT after.* FROM kinds, LATERAL (
      SELECT w.provider, w.type FROM webhook_events w
      WHERE w.status <> 'received' AND (w.provider, w.type) > (kinds.provider, kinds.type)
      ORDER BY w.provider, w.type LIMIT 1
    ) AS after
  )
  (SELECT one.id FROM kinds, LATERAL (
    SELECT e.id FROM webhook_events e
    ${and(where, "e.status <> 'received' AND e.provider = kinds.provider AND e.type = kinds.type")} ${ordered}
  ) AS one)
  UNION ALL (SELECT e.id FROM webhook_events e ${and(where, "e.status = 'received'")} ${ordered})`

/** `OFFSET 0`: all events of a customer or a prediction are read, and none of others. */
const ofRows = ({ where, ordered }: Pick<Context, 'where' | 'ordered'>): string =>
  `SELECT e.id FROM (SELECT e.id FROM webhook_events e ${where} OFFSET 0) AS e ${ordered}`

/** Of its customers, and of its predictions. */
function ofUser(user: string, { where, ordered, $ }: Context): string {
  const id = $(user)
  const customers = `SELECT stripe_customer_id FROM customers WHERE user_id = ${id}
    UNION SELECT stripe_customer_id FROM users WHERE id = ${id}`
  const keys = `SELECT 'replicate:' || prediction_id FROM generation_jobs WHERE user_id = ${id}`
  const conditions = [`e.customer_id IN (${customers})`, `e.provider = 'replicate' AND e.ordering_key IN (${keys})`]
  return conditions.map((condition) => `(${ofRows({ where: and(where, condition), ordered })})`).join(' UNION ')
}

/** Events whose id is the text or contains it, and events about the object with this id. */
function aboutText(q: string, { where, $ }: Context): string {
  const text = $(q)
  return `
    WITH RECURSIVE providers AS (
      SELECT min(provider) AS name FROM webhook_events
      UNION ALL
      SELECT (SELECT min(w.provider) FROM webhook_events w WHERE w.provider > providers.name) FROM providers
      WHERE providers.name IS NOT NULL
    )
    SELECT e.id FROM providers JOIN webhook_events e ON e.provider = providers.name AND e.event_id = ${text}
    UNION SELECT about.id FROM (${idsAbout(text)}) AS about
    UNION SELECT recent.id FROM (
      SELECT e.id, e.event_id, e.customer_id, e.subscription_id, e.ordering_key FROM webhook_events e ${where}
      ORDER BY e.id DESC LIMIT ${SEARCHED_MAX}
    ) AS recent
    WHERE ${['event_id', 'customer_id', 'subscription_id', 'ordering_key']
      .map((column) => `strpos(recent.${column}, ${text}) > 0`)
      .join(' OR ')}`
}

const and = (where: string, condition: string): string =>
  where === '' ? `WHERE ${condition}` : `${where} AND ${condition}`
