import type { Handler } from '@sluice/events'
import { onPrediction } from './prediction.ts'

/**
 * The Replicate events we act on. `.*` takes every other type of that family.
 *
 * To handle another: write a file named after what the event is about, then add its line here.
 */
export const replicateHandlers = {
  'prediction.starting': onPrediction,
  'prediction.processing': onPrediction,
  'prediction.succeeded': onPrediction,
  'prediction.failed': onPrediction,
  'prediction.canceled': onPrediction,
  'prediction.aborted': onPrediction,
  'prediction.*': onPrediction,
  'training.*': onPrediction,
} satisfies Record<string, Handler>
