import type { PoolClient } from 'pg'
import { changeValues, insertChangesSql, takeChanges } from '../sql/row-changes.ts'
import { joinTouched, SPLIT_TOUCHED } from './touched.ts'

export interface Finished {
  id: string
  status: 'processed' | 'ignored'
  /** Why it was ignored. */
  error: string | null
  /** Whether it was a dead letter. */
  wasFailed: boolean
  /** The rows that it touched, as `table/key`. */
  touched: readonly string[]
}

/**
 * Marks events as finished, records the changes of their rows in the same statement, and closes the dead letters of
 * those that were retried from the board.
 */
export async function finish(client: PoolClient, finished: Finished[], eraseBodies: boolean): Promise<void> {
  if (finished.length === 0) return
  const ids = finished.map(({ id }) => id)
  const changes = takeChanges(client)
  const hasChanges = changes.length > 0
  await client.query({
    name: hasChanges ? 'finish_with_changes' : 'finish',
    text: `${hasChanges ? `WITH changed AS (${insertChangesSql(5)}) ` : ''}UPDATE webhook_events e SET status = new.status, error = new.error, processed_at = now(), crashes = 0, revision = NULL,
        touched = ${SPLIT_TOUCHED}${eraseBodies ? ', raw_body = NULL' : ''}
      FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[]) AS new (id, status, error, touched)
      WHERE e.id = new.id`,
    values: [
      ids,
      finished.map(({ status }) => status),
      finished.map(({ error }) => error),
      finished.map(({ touched }) => joinTouched(touched)),
      ...(hasChanges ? changeValues(changes) : []),
    ],
  })
  const revived = finished.filter(({ wasFailed }) => wasFailed).map(({ id }) => id)
  if (revived.length > 0) await closeDeadLetters(client, revived)
}

/** Erases the bodies of finished events whose persons were forgotten. */
export async function eraseBodies(client: PoolClient, ids: string[]): Promise<void> {
  await client.query(`UPDATE webhook_events SET raw_body = NULL, headers = '{}' WHERE id = ANY ($1)`, [ids])
}

async function closeDeadLetters(client: PoolClient, ids: string[]): Promise<void> {
  await client.query(
    `UPDATE webhook_dead_letters d SET redriven_at = now() FROM webhook_events e
      WHERE e.id = ANY ($1) AND d.provider = e.provider AND d.event_id = e.event_id
      AND d.redriven_at IS NULL AND d.outbox_message_id IS NULL`,
    [ids],
  )
}
