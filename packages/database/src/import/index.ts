export { type AppendedImport, appendImported, type Importable } from './append-imported.ts'
export { countDeadImports, countUnprocessedImports, hasImportedWithin } from './backlog.ts'
export {
  beginImport,
  type ImportPlan,
  type ImportScope,
  type ListProgress,
  saveCursor,
  wasImported,
} from './cursors.ts'
export { entitledCustomers } from './entitled.ts'
export { outlast } from './outlast.ts'
export {
  type ImportPreview,
  type ImportPreviewRules,
  type RoleChange,
  type Unreadable,
  withImportPreview,
} from './preview.ts'
