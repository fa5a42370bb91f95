import { createHash } from 'node:crypto'
import type { HostMessageType } from '@sluice/events'
import type { Pool } from 'pg'
import { z } from 'zod'
import { queryRows } from '../sql/rows.ts'
import type { PendingMessage } from './message.ts'

/** Messages of these types are about something that they may be sent about more than once. */
const REPEATED: ReadonlySet<HostMessageType> = new Set([
  'customer.linked',
  'dispute.changed',
  'entitlements.changed',
  'payment.refunded',
  'payment.succeeded',
  'subscription.changed',
] satisfies HostMessageType[])

/** The thing that a message is about. Undefined if no other message is about it. */
export const thingOf = ({ payload: { type, subject } }: Pick<PendingMessage, 'payload'>): string | undefined =>
  REPEATED.has(type) ? `${type} ${subject}` : undefined

const hash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32)

const keyOf = (endpoint: string, thing: string): string => hash(`${endpoint} ${thing}`)

/** @param data without its version */
export const digestOf = (data: Record<string, unknown>): string => hash(JSON.stringify(data))

/** The state that an endpoint received last about a thing. */
export interface Announcement {
  /** The message that was sent last. */
  messageId: string
  /** Of its data, if each time that it was sent it had the same; else null. */
  digest: string | null
  isAcknowledged: boolean
}

const Row = z.object({
  thing: z.string(),
  messageId: z.string(),
  digest: z.string().nullable(),
  isAcknowledged: z.boolean(),
})

/** @returns by thing */
export async function readAnnouncements(
  pool: Pool,
  endpoint: string,
  things: readonly string[],
): Promise<Map<string, Announcement>> {
  if (things.length === 0) return new Map()
  const rows = await queryRows(
    pool,
    Row,
    `SELECT thing, message_id AS "messageId", digest, acknowledged AS "isAcknowledged"
      FROM host_announcements WHERE thing = ANY ($1)`,
    [things.map((thing) => keyOf(endpoint, thing))],
  )
  const byKey = new Map(rows.map(({ thing, ...row }) => [thing, row]))
  return new Map(
    things.flatMap((thing) => {
      const found = byKey.get(keyOf(endpoint, thing))
      return found ? [[thing, found] as const] : []
    }),
  )
}

/** Records that these messages are about to be sent, each about another thing: what the host knows is uncertain from now on. */
export async function recordSending(
  pool: Pool,
  endpoint: string,
  sending: readonly (Pick<Announcement, 'messageId' | 'digest'> & { thing: string })[],
): Promise<void> {
  if (sending.length === 0) return
  await pool.query(
    `INSERT INTO host_announcements (thing, message_id, digest) SELECT * FROM unnest($1::text[], $2::uuid[], $3::text[])
      ON CONFLICT (thing) DO UPDATE
        SET message_id = excluded.message_id, digest = excluded.digest, acknowledged = false`,
    [
      sending.map(({ thing }) => keyOf(endpoint, thing)),
      sending.map(({ messageId }) => messageId),
      sending.map(({ digest }) => digest),
    ],
  )
}

/** SQL of a part of the statement that records acknowledgements: of the messages `$2` about the things `$4`. */
export const ANNOUNCED = `UPDATE host_announcements a SET acknowledged = true
  FROM unnest($2::uuid[], $4::text[]) AS one (id, thing) WHERE a.thing = one.thing AND a.message_id = one.id`

/** The parameter `$4` of `ANNOUNCED`. */
export const keysOf = (endpoint: string, messages: readonly Pick<PendingMessage, 'payload'>[]): (string | null)[] =>
  messages.map((message) => {
    const thing = thingOf(message)
    return thing === undefined ? null : keyOf(endpoint, thing)
  })
