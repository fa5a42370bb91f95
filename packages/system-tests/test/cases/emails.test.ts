import { describeCases } from './support/describe-cases.ts'

describeCases('emails: one for each thing that happened', {
  'dispute-inquiry': [{ events: ['processed'] }],
})
