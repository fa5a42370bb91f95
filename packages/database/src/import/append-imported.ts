import { IMPORT_OBJECT_AT, RefusalError, readImportEventId, type VerifiedEvent } from '@sluice/events'
import type { Pool } from 'pg'
import { z } from 'zod'
import { type Appended, createInbox } from '../inbox/append.ts'
import { queryRows } from '../sql/rows.ts'

/** An object that an import fetched. */
export interface Importable {
  /** Its kind and id, as in the id of its event. */
  name: string
  id: string
  kind: string
  /** Hash of what it says. */
  digest: string
  account: string | null
  livemode: boolean | null
  /** The time of its facts. */
  at: Date
}

export interface AppendedImport {
  /** The events that were appended, with the ids of their rows. */
  added: { id: string; event: VerifiedEvent }[]
  /** How many objects say what they said before. */
  unchanged: number
  /** Names of objects whose ids no row can have. */
  refused: string[]
}

const Said = z.object({ id: z.string(), eventId: z.string(), livemode: z.boolean().nullable(), at: z.date() })

type Said = z.infer<typeof Said>

/**
 * Appends each object as an event of its own, unless the newest event of the object says the same. An object that says
 * again what it once said gets a new event, because another one came between.
 *
 * @param objects of one account
 * @param eventOf throws a RefusalError for an unsuitable id
 */
export async function appendImported<T extends Importable>(
  pool: Pool,
  objects: readonly T[],
  eventOf: (object: T, repeat: number) => VerifiedEvent,
): Promise<AppendedImport> {
  const result: AppendedImport = { added: [], unchanged: 0, refused: [] }
  if (objects.length === 0) return result
  const said = await saidBefore(pool, objects)
  const outdated = await outdatedOf(pool, objects, said)
  const events: VerifiedEvent[] = []
  for (const object of objects) {
    const repeat = repeatOf(object, said.get(keyOf(object)) ?? [], outdated.has(object.name))
    if (repeat === null) result.unchanged += 1
    else {
      const event = eventOrNull(() => eventOf(object, repeat))
      if (event) events.push(event)
      else result.refused.push(object.name)
    }
  }
  const inbox = createInbox(pool, { silent: true })
  const appended: Appended[] = await Promise.all(events.map((event) => inbox.append(event)))
  for (const [index, event] of events.entries()) {
    const { id = '', duplicate = true } = appended[index] ?? {}
    if (duplicate) result.unchanged += 1
    else result.added.push({ id, event })
  }
  return result
}

function eventOrNull(make: () => VerifiedEvent): VerifiedEvent | null {
  try {
    return make()
  } catch (error) {
    if (error instanceof RefusalError) return null
    throw error
  }
}

const keyOf = ({ name, livemode }: Pick<Importable, 'name' | 'livemode'>): string => `${livemode} ${name}`

/** The imported events of these objects, the oldest first. */
async function saidBefore(pool: Pool, objects: readonly Importable[]): Promise<Map<string, Said[]>> {
  const rows = await queryRows(
    pool,
    Said,
    `SELECT id, event_id AS "eventId", livemode, occurred_at AS at FROM webhook_events
      WHERE type LIKE 'import.%' AND substring(event_id FROM ${IMPORT_OBJECT_AT}) = ANY ($1)
        AND account IS NOT DISTINCT FROM $2
      ORDER BY occurred_at, webhook_events.id`,
    [objects.map(({ name }) => name), objects[0]?.account ?? null],
  )
  const byObject = new Map<string, Said[]>()
  for (const row of rows) {
    const key = keyOf({ name: readImportEventId(row.eventId).object, livemode: row.livemode })
    const others = byObject.get(key)
    if (others) others.push(row)
    else byObject.set(key, [row])
  }
  return byObject
}

/** @returns null if its newest event says the same */
function repeatOf({ digest, at }: Importable, said: Said[], isOutdated: boolean): number | null {
  const saysSame = ({ eventId }: Said) => digest.startsWith(readImportEventId(eventId).digest)
  const newest = said.at(-1)
  if (newest && saysSame(newest) && !isOutdated) return null
  return said.some(saysSame) ? Math.floor(at.getTime() / 1000) : 0
}

const Name = z.object({ name: z.string() })

/** The objects about which a webhook said something between their newest imported event and now. */
async function outdatedOf(pool: Pool, objects: readonly Importable[], said: Map<string, Said[]>): Promise<Set<string>> {
  const outdated = new Set<string>()
  for (const [kind, { column, types }] of Object.entries(SPOKEN_OF)) {
    const known = objects.flatMap((object) => {
      const newest = object.kind === kind ? said.get(keyOf(object))?.at(-1) : undefined
      return newest ? [{ name: object.name, id: object.id, from: newest.at, to: object.at }] : []
    })
    if (known.length === 0) continue
    const rows = await queryRows(
      pool,
      Name,
      `SELECT name FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::timestamptz[]) AS said (name, id, since, until)
        WHERE EXISTS (SELECT FROM webhook_events e WHERE e.${column} = said.id AND e.type LIKE $5
          AND e.occurred_at > said.since AND e.occurred_at < said.until)`,
      [...(['name', 'id', 'from', 'to'] as const).map((field) => known.map((one) => one[field])), types],
    )
    for (const { name } of rows) outdated.add(name)
  }
  return outdated
}

/** The kinds whose webhooks the inbox can find by the id of the object. Others only move forward, or change rarely. */
const SPOKEN_OF: Record<string, { column: string; types: string }> = {
  customer: { column: 'customer_id', types: 'customer.updated' },
  subscription: { column: 'subscription_id', types: 'customer.subscription.%' },
}
