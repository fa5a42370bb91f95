import type { Effect, Fact, ReceivedEvent } from '@sluice/events'
import { decide } from '../src/index.ts'

export { MONDAY, replicate, SECOND, stripe } from '../src/samples/received-event.ts'

/** The facts of an event. @throws when it is ignored. */
export function factsOf(event: ReceivedEvent): Fact[] {
  const decision = decide(event)
  if (decision.outcome !== 'processed') throw new Error(`ignored: ${decision.reason}`)
  return decision.facts
}

/** The effects of an event. @throws when it is ignored. */
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
