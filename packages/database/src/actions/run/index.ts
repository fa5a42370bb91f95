export { beginOwnAction, endOwnAction, type OwnAction, type OwnEnd } from './own.ts'
export { type FoundPreview, findPreview, PREVIEW_MINUTES, writeHandlers } from './previews.ts'
export {
  type ActionEnd,
  type ActionProgress,
  addDone,
  endAction,
  handBack,
  LEASE_SECONDS,
  renewLease,
  stopAction,
  type TakenAction,
  takeActions,
  writeProgress,
} from './take.ts'
