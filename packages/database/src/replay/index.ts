export { originRules } from '../merges/stripe.ts'
export {
  type ChangedColumn,
  type ChangedRow,
  type Preview,
  type PreviewRules,
  type PreviewSteps,
  previewReplay,
} from './preview/index.ts'
export { findReplayable, type ReplayFilter, replay } from './replay.ts'
