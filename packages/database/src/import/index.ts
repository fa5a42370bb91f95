export { type AppendedImport, appendImported, type Importable } from './append-imported.ts'
export { countDeadImports, countUnprocessedImports } from './backlog.ts'
export {
  beginImport,
  type ImportPlan,
  type ImportScope,
  type ListProgress,
  saveCursor,
  wasImported,
} from './cursors.ts'
export { entitledCustomers } from './entitled.ts'
export {
  type ImportPreview,
  type ImportPreviewRules,
  type RoleChange,
  type Unreadable,
  withImportPreview,
} from './preview.ts'
