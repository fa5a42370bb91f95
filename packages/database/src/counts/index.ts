export { countLedger } from './count-ledger.ts'
export { countMinutes } from './count-minutes.ts'
