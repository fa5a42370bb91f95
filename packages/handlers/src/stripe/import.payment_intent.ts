import { type Handler, processed } from '@sluice/events'
import { dataOf, originOf } from './object.ts'
import { factsOfPaymentIntent, readPaymentIntent } from './payment-intent.ts'

/** A payment intent that was charged, whether or not that succeeded. */
export const onImportedPaymentIntent: Handler = (event) => {
  const intent = readPaymentIntent(dataOf(event).object)
  return processed(factsOfPaymentIntent(intent, intent.status === 'succeeded', originOf(event)))
}
