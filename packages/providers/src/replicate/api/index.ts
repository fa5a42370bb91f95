export { createReplicateApi, type ReplicateApi, ReplicateApiFailure } from './client.ts'
export { endedPredictions } from './ended-predictions.ts'
