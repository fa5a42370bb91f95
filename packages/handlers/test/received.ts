import type { Effect, Fact, ReceivedEvent } from '@sluice/events'
import { decide } from '../src/index.ts'

export const MONDAY = new Date('2026-11-16T10:00:00Z')
export const SECOND = MONDAY.getTime() / 1000

/** A Stripe event as the worker hands it on, made on Monday. */
export const stripe = (type: string, object: unknown, previousAttributes?: unknown): ReceivedEvent => ({
  provider: 'stripe',
  eventId: 'evt_1',
  type,
  account: null,
  livemode: false,
  apiVersion: null,
  occurredAt: MONDAY,
  payload: { object: 'event', type, data: { object, previous_attributes: previousAttributes } },
})

/** A Replicate event as the worker hands it on. */
export const replicate = (type: string, payload: unknown): ReceivedEvent => ({
  provider: 'replicate',
  eventId: 'msg_1',
  type,
  account: null,
  livemode: null,
  apiVersion: null,
  occurredAt: MONDAY,
  payload,
})

/** The facts of an event that must be processed. */
export function factsOf(event: ReceivedEvent): Fact[] {
  const decision = decide(event)
  if (decision.outcome !== 'processed') throw new Error(`ignored: ${decision.reason}`)
  return decision.facts
}

/** The effects of an event that must be processed. */
export function effectsOf(event: ReceivedEvent): Effect[] {
  const decision = decide(event)
  if (decision.outcome !== 'processed') throw new Error(`ignored: ${decision.reason}`)
  return decision.effects
}

export const keysOf = (event: ReceivedEvent): string[] => effectsOf(event).map(({ key }) => key)

/** The facts of one kind. */
export const allOf = <Kind extends Fact['kind']>(event: ReceivedEvent, kind: Kind) =>
  factsOf(event).filter((fact): fact is Extract<Fact, { kind: Kind }> => fact.kind === kind)

/** The one fact of a kind, or undefined. */
export const factOf = <Kind extends Fact['kind']>(event: ReceivedEvent, kind: Kind) =>
  factsOf(event).find((fact): fact is Extract<Fact, { kind: Kind }> => fact.kind === kind)
