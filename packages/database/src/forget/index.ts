export { type ExportedTable, exportedTables, exportRows } from './export.ts'
export { type File, filesOf } from './files.ts'
export { accountsOfCustomer, findPerson } from './find-person.ts'
export {
  countOpen,
  type ExternalStores,
  type ForgetSteps,
  ForgetStoppedError,
  type Forgotten,
  forget,
} from './forget.ts'
export { predictionKey, stripeKey } from './keys.ts'
export { objectKeys, type Person, type Subject } from './person.ts'
export { type Problem, unfinishedPerson } from './runs.ts'
