import { type SentEvent, stripeEvent } from '@sluice/simulator'

const CREATED = 1_767_600_000

/** Events that are recorded as ignored. */
export const ignoredEvents = (name: string, count: number): SentEvent[] =>
  Array.from({ length: count }, (_, index) => unknownEvent('sluice.proof', `evt_${name}_${index}`))

/** An event of a type that Stripe does not have. */
export const unknownEvent = (type: string, id: string): SentEvent =>
  stripeEvent(type, { id: `obj_${id}`, object: 'proof' }, { id, created: CREATED })
