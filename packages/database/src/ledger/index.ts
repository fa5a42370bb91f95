export { checkLedger, countLedgerPages, type Finding, type LedgerPage } from './check.ts'
