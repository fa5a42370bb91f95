import { replicate } from '@sluice/providers/replicate'
import { stripe } from '@sluice/providers/stripe'
import { bodyOf, generationBodyOf, keyOf, SECRET, subscriptionBodyOf } from '../event.ts'

/** An event as its provider posts it. */
export interface Posted {
  path: string
  headers: Record<string, string>
  body: string
}

/** Events of an order: `payments` alone, or `mixed`, a third each of payments, subscriptions and generations. */
export type Mix = 'payments' | 'mixed'

const paymentOf = (number: number): Posted => ofStripe(bodyOf(number))

const subscriptionOf = (number: number): Posted => ofStripe(subscriptionBodyOf(number))

function generationOf(number: number): Posted {
  const body = generationBodyOf(number)
  const headers = replicate.sign(Buffer.from(body), SECRET, { id: `msg_${keyOf(number)}` })
  return { path: '/webhooks/replicate', headers, body }
}

function ofStripe(body: string): Posted {
  return { path: '/webhooks/stripe', headers: stripe.sign(Buffer.from(body), SECRET), body }
}

const THIRDS = [paymentOf, subscriptionOf, generationOf]

/** The event of a number, signed now. */
export const postedOf = (mix: Mix, number: number): Posted =>
  (mix === 'payments' ? paymentOf : (THIRDS[number % THIRDS.length] as typeof paymentOf))(number)

/** Payments among the events of an order. */
export const paymentsAmong = (mix: Mix, first: number, count: number): number =>
  Array.from({ length: count }, (_, index) => first + index).filter(
    (number) => mix === 'payments' || THIRDS[number % THIRDS.length] === paymentOf,
  ).length
