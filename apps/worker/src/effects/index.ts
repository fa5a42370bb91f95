import type { Effector } from './effector.ts'
import { invalidateFeatures } from './features.invalidate.ts'

/** Every effect we know, by kind. To add one: write its file, then add its line here. */
export const effectors: Record<string, Effector> = {
  'features.invalidate': invalidateFeatures,
}
