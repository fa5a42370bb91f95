import { createRandom, lifecycleUntil, stripeEvent } from '@sluice/simulator'

const CREATED = Date.UTC(2026, 0, 5, 9) / 1000

/** The last event of a simulated lifecycle that leads to this type. Each id has its own customer and objects. */
export function stripeSample(type: string, id: string): string {
  const event = lifecycleUntil(type, { seed: id }).at(-1)
  if (event) return event.body.replace(event.id, id)
  return stripeEvent(type, unhandledObject(type, id), { id, created: CREATED }).body
}

/** No handler reads it, so its fields do not matter. */
const unhandledObject = (type: string, id: string) => ({
  id: createRandom(id).id('obj_', 24),
  object: type.split('.').slice(0, -1).join('.'),
})
