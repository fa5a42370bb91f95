import { API_VERSIONS, createRandom, lifecycleUntil, stripeEvent } from '@sluice/simulator'

const CREATED = Date.UTC(2026, 0, 5, 9) / 1000

/** The last event of a simulated lifecycle that leads to this type. Each id has its own customer and objects. */
export function stripeSample(type: string, id: string, at = new Date(CREATED * 1000), apiVersion?: string): string {
  const version = API_VERSIONS.find((one) => one === apiVersion)
  const of = version && { version }
  const created = Math.floor(at.getTime() / 1000)
  const first = lifecycleUntil(type, { seed: id, start: CREATED, ...of }).at(-1)
  if (!first) return stripeEvent(type, unhandledObject(type, id), { id, created }).body
  const lasts = Math.floor(first.at.getTime() / 1000) - CREATED
  const event = lifecycleUntil(type, { seed: id, start: created - lasts, ...of }).at(-1) ?? first
  return event.body.replace(event.id, id)
}

/** No handler reads it, so its fields do not matter. */
const unhandledObject = (type: string, id: string) => ({
  id: createRandom(id).id('obj_', 24),
  object: type.split('.').slice(0, -1).join('.'),
})
