import type { UserLink } from '@sluice/events'
import { compact, compare } from './order.ts'

/** The latest time at which a user was named, by one kind of link. */
interface Named {
  userId: string | null
  /** ISO 8601. */
  at: string
  isChange?: true
}

/** The users that events have named, by kind of link. In each list a user is named once. */
export interface Links {
  own?: Named[]
  client_reference_id?: Named[]
  /** The earliest, since later ones may be the ids of any number of carts and orders. */
  first_client_reference_id?: Named[]
  metadata?: Named[]
}

type Order = (a: Named, b: Named) => number

/** Bounds each list. The best of a union are the best of the best of its parts, so that a bounded list still merges. */
const KEPT = 32

/** By time; within a second a change is later, then a user rather than a removal, then the greater id. */
const order = ({ at, isChange, userId }: Named) => [at, isChange ?? false, userId !== null, userId ?? '']

const newest: Order = (a, b) => compare(order(b), order(a))
const earliest: Order = (a, b) => compare(order(a), order(b))

/** The strongest kind first. */
const KINDS: [kind: keyof Links, order: Order][] = [
  ['own', newest],
  ['client_reference_id', newest],
  ['first_client_reference_id', earliest],
  ['metadata', newest],
]

/** Undefined if there are none. */
export function linksOf(links: UserLink[] | undefined, occurredAt: Date): Links | undefined {
  if (!links || links.length === 0) return undefined
  return links
    .map(({ by, userId, since = occurredAt, isChange }): Links => {
      const named = [compact({ userId, at: since.toISOString(), isChange })]
      return by === 'client_reference_id' ? { [by]: named, first_client_reference_id: named } : { [by]: named }
    })
    .reduce((a, b) => joined(a, b))
}

/** Joins links of one row; either may be missing. */
export const joinLinks = (a: Links | undefined, b: Links | undefined): Links | undefined =>
  a && b ? joined(a, b) : (a ?? b)

const joined = (a: Links, b: Links): Links =>
  compact(Object.fromEntries(KINDS.map(([kind, order]) => [kind, bestOf(a[kind], b[kind], order)])))

function bestOf(a: Named[] | undefined, b: Named[] | undefined, order: Order): Named[] | undefined {
  if (!a || !b) return a ?? b
  const best = new Map<string | null, Named>()
  for (const named of [...a, ...b].sort(order)) if (!best.has(named.userId)) best.set(named.userId, named)
  return [...best.values()].slice(0, KEPT)
}

/** The links as an event would name them: merged into another row, they lead to the same lists. */
export const namedLinks = (links: Links | undefined): UserLink[] =>
  KINDS.flatMap(([kind]) =>
    (links?.[kind] ?? []).map(({ at, ...named }) => ({
      ...named,
      by: kind === 'first_client_reference_id' ? 'client_reference_id' : kind,
      since: new Date(at),
    })),
  )

/** The users that count, the strongest link first. */
export const linkedUsers = (links: Links | undefined): string[] => [
  ...new Set(KINDS.flatMap(([kind]) => sinceRemoval(links?.[kind] ?? []).map(({ userId }) => userId as string))),
]

/** All users that the object's own metadata ever named, the newest first. */
export const ownUsers = (links: Links | undefined): string[] =>
  (links?.own ?? []).map(({ userId }) => userId).filter((userId) => userId !== null)

function sinceRemoval(list: Named[]): Named[] {
  const removal = list.findIndex(({ userId }) => userId === null)
  return removal < 0 ? list : list.slice(0, removal)
}

/** The columns of a row with links. */
export const columnsOfLinks = (links: Links | undefined) => ({
  link_user_ids: linkedUsers(links),
  own_user_ids: ownUsers(links),
})

/** SQL: the first of these ids that is a user's. */
export const firstUserIn = (ids: string): string =>
  `(SELECT u.id FROM unnest(${ids}) WITH ORDINALITY AS link (id, position) JOIN users u USING (id) ORDER BY position LIMIT 1)`
