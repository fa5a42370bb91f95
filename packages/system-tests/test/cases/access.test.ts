import { describeCases } from './support/describe-cases.ts'

describeCases('access: the role is what Stripe means', {
  'portal-cancel-flexible': [{ events: ['processed', 'processed'] }],
})
