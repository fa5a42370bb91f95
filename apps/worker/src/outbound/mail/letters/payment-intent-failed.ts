import type { Composition } from '../composition.ts'
import { CUSTOMER_FOOTER } from './why.ts'

export const paymentIntentFailedLetter = (isTest: boolean): Composition => ({
  subject: 'Your payment did not go through',
  title: 'Your payment did not go through',
  paragraphs: [
    'Nothing was charged. Please try again where you started, perhaps with another card or account.',
    'If it keeps failing, your bank can tell you why.',
  ],
  footer: CUSTOMER_FOOTER,
  isTest,
})
