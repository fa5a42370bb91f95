export { type Announcement, digestOf, readAnnouncements, recordSending, thingOf } from './announcements.ts'
export { type HostData, loadHostData } from './data/index.ts'
export {
  announceListener,
  countUndelivered,
  type EndpointState,
  GONE_SECONDS,
  isServed,
  LEASE_SECONDS,
  listEndpoints,
  listListeners,
  nextVersion,
  recordEndpoint,
  releaseLease,
  takeLease,
} from './endpoints.ts'
export type { PendingMessage } from './message.ts'
export { noteImport } from './note-import.ts'
export {
  acknowledge,
  finishAcknowledged,
  finishUnchanged,
  makeRefusedDue,
  nextMessages,
  oldMessages,
  postpone,
  recordRefusal,
  skipMessage,
  skipUnwanted,
} from './pending.ts'
