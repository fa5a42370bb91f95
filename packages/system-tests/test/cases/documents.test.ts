import { describeCases } from './support/describe-cases.ts'

describeCases('documents: what an invoice says', {
  'twelve-lines': [{ events: ['processed'] }],
})
