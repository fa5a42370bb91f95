export { type AccountHistory, type AccountHistoryOptions, type AccountUser, accountHistory } from './account-history.ts'
export type { AccountChange, ApiObject } from './change.ts'
