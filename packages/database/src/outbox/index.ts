export { finishEffect, loadEffect, type OutboxMessage } from './effects.ts'
export { recordEffectFailure } from './record-effect-failure.ts'
export { beginEffectAlone, endEffectAlone } from './run-alone.ts'
export { makeAllEffectsDue, sweepEffects } from './sweep.ts'
