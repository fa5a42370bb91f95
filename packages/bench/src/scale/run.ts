import type { Run } from '../measure/run.ts'
import type { ScalePlan } from './plan.ts'

/** What each part has at hand. */
export interface ScaleRun extends Pick<Run, 'stores' | 'numbers' | 'found' | 'check' | 'say'> {
  plan: ScalePlan
}
