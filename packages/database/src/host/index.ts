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
export { noteImport } from './note-import.ts'
export {
  acknowledge,
  finishAcknowledged,
  makeRefusedDue,
  nextMessages,
  oldMessages,
  type PendingMessage,
  postpone,
  recordRefusal,
  skipMessage,
  skipUnwanted,
} from './pending.ts'
