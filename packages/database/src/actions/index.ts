export {
  type ActionProblem,
  type AskedAction,
  type CheckedAction,
  checkAction,
  isProblem,
  REASON_WORDS,
} from './check.ts'
export { insertAction, type NewAction } from './insert.ts'
export { EVENTS_MAX } from './kinds/filter.ts'
export { KINDS, type KindName } from './kinds/index.ts'
export { ACTION_ROLES, type ActionKind, type ActionRole } from './kinds/kind.ts'
export { type Previewed, previewedBy } from './kinds/preview.ts'
export type { Revealed } from './kinds/reveal.ts'
export { type ActionFilter, listActions } from './list.ts'
export { ACTION_COLUMNS, ACTION_STATES, ActionRow, type BrokenAction, readAction, verifyActions } from './read.ts'
export { type RevealedEmail, type RevealedRow, readRevealed, readRevealedEmail } from './reveal.ts'
