export { countDeadLetters } from './count.ts'
export { type Cause, type FailedEvent, fingerprintOf, recordFailure } from './record-failure.ts'
export { type DeadLetterCount, type DeadLetterFilter, planRedrive, type RedriveSteps, redrive } from './redrive.ts'
