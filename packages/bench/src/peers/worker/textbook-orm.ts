import { type PaidEvent, recordAndSettle } from './settle.ts'
import { workWithOrm } from './work-with-orm.ts'

/** The usual worker on the jobs of the textbook ingest, which carry the events. */
await workWithOrm<PaidEvent>('stripe', 'bull', recordAndSettle)
