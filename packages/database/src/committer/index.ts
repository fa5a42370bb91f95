export { type Batcher, createBatcher } from './batcher.ts'
export { type CommitRules, NO_JOB } from './commit.ts'
export { type Commit, createCommit } from './committer.ts'
export { type EventIds, Outage, type Settled } from './settled.ts'
