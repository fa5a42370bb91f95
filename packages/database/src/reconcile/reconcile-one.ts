import { FINAL_PREDICTION_STATUSES, type FoundEvent, type ListedEvent, type SentQuestion } from '@sluice/events'
import type { Pool } from 'pg'
import { z } from 'zod'
import { prismaOf } from '../client.ts'
import { parseRows } from '../sql/rows.ts'
import { appendListed } from './append-listed.ts'
import { recordedObjects } from './recorded-objects.ts'

type FoundQuestion = Omit<SentQuestion, 'since' | 'until'>

/** A provider and the request for one of its events. */
export interface OneSource {
  provider: { name: string }
  one: { find(id: string, question: FoundQuestion): Promise<FoundEvent> }
}

/** The inbox had the event, or it was appended, or there is none to append. */
export type OneReconciled =
  | { outcome: 'known'; eventId: string; status: string }
  | { outcome: 'recorded'; event: ListedEvent }
  | { outcome: Extract<FoundEvent, string> }

/**
 * Asks a provider for one event that the inbox does not have, and appends it like a missed one.
 *
 * @param id of an event, or of a prediction
 * @throws the errors of `find`
 */
export async function reconcileOne(
  pool: Pool,
  { provider: { name }, one }: OneSource,
  id: string,
  question: Omit<FoundQuestion, 'recorded'>,
): Promise<OneReconciled> {
  const known = (await knownEvent(pool, name, id)) ?? (await knownEnd(pool, id))
  if (known) return { outcome: 'known', ...known }
  const found = await one.find(id, { ...question, recorded: recordedObjects(pool, name) })
  if (typeof found === 'string') return { outcome: found }
  const [event] = await appendListed(pool, [found])
  if (event) return { outcome: 'recorded', event }
  const arrived = await knownEvent(pool, name, found.eventId)
  return { outcome: 'known', eventId: found.eventId, status: arrived?.status ?? 'received' }
}

const Known = z.object({ eventId: z.string(), status: z.string() })

type Known = z.infer<typeof Known>

const knownEvent = (pool: Pool, provider: string, eventId: string): Promise<Known | null> =>
  prismaOf(pool).webhookEvent.findUnique({
    where: { provider_eventId: { provider, eventId } },
    select: { eventId: true, status: true },
  })

/** The final event of a prediction. */
async function knownEnd(pool: Pool, predictionId: string): Promise<Known | undefined> {
  const rows = await prismaOf(pool).$queryRaw`
    SELECT event_id AS "eventId", status FROM webhook_events
    WHERE provider = 'replicate' AND ordering_key = ${`replicate:${predictionId}`} AND type ~ ${FINAL_TYPE}
    ORDER BY received_at LIMIT 1`
  return parseRows(Known, rows)[0]
}

const FINAL_TYPE = `[.](${FINAL_PREDICTION_STATUSES.join('|')})$`
