export { type Cause, causeOf, fingerprintOf } from './cause.ts'
export { countDeadLetters } from './count.ts'
export { type FailedEvent, recordFailure } from './record-failure.ts'
export { type DeadLetterFilter, type PlannedRedrive, planRedrive, type RedriveSteps, redrive } from './redrive.ts'
