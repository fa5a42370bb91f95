export { countUnsettledEvents, type UnsettledEvents } from './inbox/unsettled.ts'
export { countUnfinishedEffects, type UnfinishedEffects } from './outbox/unfinished.ts'
