import type { Handler } from '@sluice/events'
import { onPrediction } from './prediction.ts'

/**
 * The handled Replicate events. `.*` matches every other type of that family.
 *
 * To handle another type, write a file named after its object, then add its line here.
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
