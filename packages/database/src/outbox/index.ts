export { finishEffect, loadEffect, type OutboxMessage, recordEffectFailure } from './effects.ts'
