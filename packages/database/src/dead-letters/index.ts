export { type Cause, causeOf, fingerprintOf } from './cause.ts'
export { countDeadLetters } from './count.ts'
export { effectKeys } from './effect-keys.ts'
export { changeGroup, GROUP_STATES, type GroupChange, type GroupState } from './groups.ts'
export { type DeadLetterGroup, loadDeadLetterGroup } from './notice.ts'
export { type FailedEvent, recordFailure } from './record-failure.ts'
export {
  type DeadLetterFilter,
  findDeadLetters,
  type PlannedRedrive,
  planRedrive,
  type RedriveSteps,
  redrive,
} from './redrive.ts'
export type { AttemptRun } from './write-attempt.ts'
