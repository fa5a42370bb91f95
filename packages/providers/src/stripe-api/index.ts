export { createStripeApi, type Fetched, type Owner, type StripeApi, type StripeApiOptions } from './client.ts'
export { StripeApiError } from './error.ts'
export { type FetchedFor, fetchedEvent } from './fetched-event.ts'
export { readThinEvent, snapshotTypeOf, type ThinEvent } from './thin-event.ts'
