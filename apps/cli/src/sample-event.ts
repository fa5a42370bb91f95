import {
  checkoutSession,
  createRandom,
  type Ending,
  predictionLife,
  type Step,
  stripeEvent,
  subscriptionLife,
} from '@sluice/testing/lifecycles'
import type { Delivery } from './delivery.ts'

/** How a subscription comes to the point where Stripe sends such an event: the last step is it. */
const STEPS: Record<string, readonly Step[]> = {
  'customer.subscription.created': ['created'],
  'customer.subscription.updated': ['created', 'activated'],
  'customer.subscription.deleted': ['created', 'activated', 'deleted'],
  'invoice.paid': ['paid'],
  'invoice.payment_succeeded': ['payment_succeeded'],
  'invoice.payment_failed': ['payment_failed'],
}

/** An event of this type with customers and objects of its own. The same id always gives the same bytes. */
export const sampleEvent = (provider: string, type: string, id: string): Delivery => ({
  provider,
  id,
  body: provider === 'stripe' ? stripeBody(type, id) : replicateBody(type, id),
})

function stripeBody(type: string, id: string): string {
  const steps = STEPS[type]
  const life = steps ? subscriptionLife({ seed: id, steps }).at(-1) : undefined
  const event = life ? JSON.parse(life.body) : { created: Date.UTC(2026, 0, 5, 9) / 1000 }
  const object = event.data?.object ?? (type === 'checkout.session.completed' ? sampleSession(id) : plain(type, id))
  const previous = event.data?.previous_attributes
  return stripeEvent(type, object, { id, created: event.created, previous }).body
}

function sampleSession(id: string) {
  const random = createRandom(id)
  const [session, customerId] = [random.id('cs_test_', 24), random.id('cus_', 14)]
  return checkoutSession({ id: session, customerId, mode: 'payment', amount: 3_000, created: 0 })
}

/** Nothing handles it, so what it says does not matter. */
const plain = (type: string, id: string) => ({
  id: createRandom(id).id('obj_', 24),
  object: type.split('.').slice(0, -1).join('.'),
})

function replicateBody(type: string, id: string): string {
  const [kind, status = ''] = type.split('.')
  const ending = status as Ending
  const isEnding = ['succeeded', 'failed', 'canceled', 'aborted'].includes(status)
  const life = predictionLife({ seed: id, ...(isEnding && { ending }) }).map(({ body }) => JSON.parse(body))
  const look = life.find((one) => one.status === status) ?? { ...life[0], status }
  if (kind === 'training') look.urls.get = look.urls.get.replace('/predictions/', '/trainings/')
  return JSON.stringify(look)
}
