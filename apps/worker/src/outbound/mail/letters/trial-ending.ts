import { dayText } from '../../format/date.ts'
import type { Composition } from '../composition.ts'
import { CUSTOMER_FOOTER } from './why.ts'

export function trialEndingLetter(trialEnd: Date, isTest: boolean): Composition {
  const day = dayText(trialEnd)
  return {
    subject: `Your trial ends on ${day}`,
    title: `Your trial ends on ${day}`,
    paragraphs: [
      'We hope that you like it so far. To go on without a break, add a card or another way to pay in your account settings before that day.',
      'If you would rather stop, you need do nothing: without a way to pay, nothing is charged.',
    ],
    footer: CUSTOMER_FOOTER,
    isTest,
  }
}
