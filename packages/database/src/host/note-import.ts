import { randomUUID } from 'node:crypto'
import type { ImportSummary } from '@sluice/events'
import type { Pool } from 'pg'
import { hostMessage } from '../commit/host-message.ts'
import { writeOutbox } from '../outbox/write-outbox.ts'
import { inTransaction } from '../sql/transaction.ts'
import { listEndpoints } from './endpoints.ts'

/**
 * Writes the message that an import is complete, if a worker sends messages to the host. It is sent once all that was
 * imported is processed.
 *
 * @returns whether it was written
 */
export async function noteImport(pool: Pool, imported: ImportSummary): Promise<boolean> {
  if ((await listEndpoints(pool)).length === 0) return false
  const { payload, ...message } = hostMessage('import.completed', imported.provider, randomUUID())
  await inTransaction(pool, (client) =>
    writeOutbox(client, [{ ...message, payload: { ...payload, imported }, webhookEventId: null }]),
  )
  return true
}
