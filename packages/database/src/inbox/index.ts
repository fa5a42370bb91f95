export { appendEvent, findEventId } from './append-event.ts'
export { firstWebhook } from './first-webhook.ts'
export { type IngestKeys, UNSIGNED, watchIngestKeys } from './ingest-keys.ts'
export { reopenWithJob } from './reopen.ts'
export { applyRetention } from './retention.ts'
export { type InboxRow, loadRow, loadStripeEvent } from './rows.ts'
export { beginEventAlone, endEventAlone } from './run-alone.ts'
export { makeAllEventsDue, sweepEvents, sweepRevisions } from './sweep.ts'
export {
  countUnsettledEvents,
  EVENT_WAITS,
  type EventWait,
  recordEventWaits,
  UNSETTLED_CAUSES,
  type UnsettledEvents,
} from './unsettled.ts'
