import { hasPredictionEnded } from '@sluice/events'
import { createRandom, lifecycleUntil, predictionLifecycle, stripeEvent } from '@sluice/simulator'
import type { Delivery } from './delivery.ts'

/** An event of this type with customers and objects of its own. The same id always gives the same bytes. */
export const sampleEvent = (provider: string, type: string, id: string): Delivery => ({
  provider,
  id,
  body: provider === 'stripe' ? stripeBody(type, id) : replicateBody(type, id),
})

/** What Stripe tells of somebody at that point of a life. */
function stripeBody(type: string, id: string): string {
  const event = lifecycleUntil(type, { seed: id }).at(-1)
  if (event) return event.body.replace(event.id, id)
  return stripeEvent(type, plain(type, id), { id, created: Date.UTC(2026, 0, 5, 9) / 1000 }).body
}

/** Nothing handles it, so what it says does not matter. */
const plain = (type: string, id: string) => ({
  id: createRandom(id).id('obj_', 24),
  object: type.split('.').slice(0, -1).join('.'),
})

function replicateBody(type: string, id: string): string {
  const [kind, status = ''] = type.split('.')
  const life = predictionLifecycle({ seed: id, ...(hasPredictionEnded(status) && { ending: status }) }).map(
    ({ body }) => JSON.parse(body),
  )
  const look = life.find((one) => one.status === status) ?? { ...life[0], status }
  if (kind === 'training') look.urls.get = look.urls.get.replace('/predictions/', '/trainings/')
  return JSON.stringify(look)
}
