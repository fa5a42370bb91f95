export { countUntraced, fillTouched } from '../commit/revise/index.ts'
export { originRules } from '../merges/stripe.ts'
export { deletedBefore, findErasedBeside, findKeptRows, restoreBody } from './erased.ts'
export { type PreparedReplay, prepareReplay } from './prepare.ts'
export { countByTable, type TableCount } from './preview/count-by-table.ts'
export {
  type ChangedColumn,
  type ChangedRow,
  type KeptRow,
  type Preview,
  type PreviewRules,
  type PreviewSteps,
  previewRedrive,
  previewReplay,
  type SentMessage,
} from './preview/index.ts'
export { type MoneyChange, moneyOf } from './preview/money.ts'
export { type ErasedEvent, findErased, findReplayable, type ReplayFilter, type ReplaySteps, replay } from './replay.ts'
export { type Replayed, type ReplayRun, runReplay } from './run-replay.ts'
