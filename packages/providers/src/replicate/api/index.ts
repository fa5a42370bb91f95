export { createReplicateApi, type ReplicateApi, ReplicateApiError } from './client.ts'
export { endedPredictions } from './ended-predictions.ts'
