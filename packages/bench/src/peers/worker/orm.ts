import { DEFAULT_PREFIX, QUEUES } from '@sluice/queue'
import { settle } from './settle.ts'
import { workWithOrm } from './work-with-orm.ts'

/** The usual worker on the jobs of our ingest, which name rows of the inbox. */
await workWithOrm<{ id: string }>(QUEUES.events, DEFAULT_PREFIX, (transaction, { id }) =>
  settle(transaction, BigInt(id)),
)
