import { describeCases } from './support/describe-cases.ts'

describeCases('money: the ledger is what was paid', {
  'tax-exclusive-discount': [{ events: ['processed'] }],
})
