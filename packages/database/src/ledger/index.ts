export {
  type Balance,
  checkLedger,
  countLedgerPages,
  type Finding,
  type LedgerPage,
  ledgerBalances,
  type UnknownPayment,
} from './check/index.ts'
