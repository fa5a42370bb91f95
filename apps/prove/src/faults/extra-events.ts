import { type SentEvent, stripeEvent } from '@sluice/simulator'

const CREATED = 1_767_600_000

/** Events that are recorded and mean nothing. */
export const harmless = (name: string, count: number): SentEvent[] =>
  Array.from({ length: count }, (_, index) => unheardOf('sluice.proof', `evt_${name}_${index}`))

/** An event of a type that Stripe does not have. */
export const unheardOf = (type: string, id: string): SentEvent =>
  stripeEvent(type, { id: `obj_${id}`, object: 'proof' }, { id, created: CREATED })
