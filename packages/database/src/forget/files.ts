import { replayOf } from '@sluice/events'
import type { Pool } from 'pg'
import { z } from 'zod'
import { queryRows } from '../sql/rows.ts'
import { bind, listsOf, type Person } from './person.ts'

/** A file of a person outside Postgres. */
export type File =
  /** In the asset store. */
  | { kind: 'stored'; key: string }
  /** A document that may be stored without a row: its worker died in between, or a replay has replaced it. */
  | { kind: 'document'; document: string; paymentId: string; replay?: string }
  /** A copy that may be stored without a row; its name lacks the extension. */
  | { kind: 'copy'; assetKey: string }
  /** An e-mail that was written to a file in place of a mail server. */
  | { kind: 'email'; effectKey: string }

const STORED = `SELECT storage_key AS key FROM documents WHERE payment_id = ANY (:payments::text[]) OR payment_id = ANY (:creditNotes::text[])
  UNION SELECT v.storage_key FROM variants v JOIN renders r ON r.id = v.render_id
    WHERE r.generation_job_id = ANY (:jobs::text[]) AND v.storage_key IS NOT NULL`

const COPIES = `SELECT v.asset_key AS key FROM variants v JOIN renders r ON r.id = v.render_id
  WHERE r.generation_job_id = ANY (:jobs::text[]) AND v.storage_key IS NULL AND v.asset_key IS NOT NULL
    AND v.status IN ('pending', 'failed')`

const UNRECORDED = `SELECT kind, payment_id AS "paymentId", NULL AS key FROM documents
  WHERE payment_id = ANY (:payments::text[]) OR payment_id = ANY (:creditNotes::text[])
  UNION SELECT o.kind, o.payload ->> 'paymentId', o.effect_key FROM outbox_messages o
  WHERE o.id = ANY (:effects::uuid[]) AND o.kind IN ('receipt', 'invoice')
  UNION SELECT o.kind, o.payload ->> 'creditNoteId', o.effect_key FROM outbox_messages o
  WHERE o.id = ANY (:effects::uuid[]) AND o.kind = 'credit_note'`

const Key = z.object({ key: z.string() })
const Unrecorded = z.object({ kind: z.string(), paymentId: z.string().nullable(), key: z.string().nullable() })

/** The person's files: those that rows name, and those that a process may have left without a row when it died. */
export async function filesOf(pool: Pool, person: Person): Promise<File[]> {
  const find = async <T extends z.ZodType>(row: T, text: string) => {
    const { text: bound, values } = bind(text, { ...listsOf(person) })
    return queryRows(pool, row, bound, values)
  }
  const stored = await find(Key, STORED)
  const copies = await find(Key, COPIES)
  const unrecorded = await find(Unrecorded, UNRECORDED)
  const effectKeys = new Set([...person.notifications, ...person.effects].map(({ key }) => key))
  return [
    ...stored.map(({ key }) => ({ kind: 'stored' as const, key })),
    ...copies.map(({ key }) => ({ kind: 'copy' as const, assetKey: key })),
    ...unrecorded.flatMap(({ kind, paymentId, key }) => {
      const replay = key === null ? undefined : replayOf(key)
      return paymentId === null
        ? []
        : [{ kind: 'document' as const, document: kind, paymentId, ...(replay !== undefined && { replay }) }]
    }),
    ...[...effectKeys].map((effectKey) => ({ kind: 'email' as const, effectKey })),
  ]
}
