import type { Effect } from './effect.ts'
import type { ReceivedEvent } from './event.ts'
import type { Fact } from './fact.ts'

/** The result of a handler. A handler throws if the event is invalid. */
export type Decision =
  | { outcome: 'processed'; facts: Fact[]; effects: Effect[] }
  | { outcome: 'ignored'; reason: string }

/** Settings of the worker that handlers need to read an event. */
export interface HandlerSettings {
  /** Hosts of output files, exact or `*.name`. Default: Replicate's. */
  assetHosts?: readonly string[]
}

/** Pure: no database, no clock, no network. The same event always gives the same decision. */
export type Handler = (event: ReceivedEvent, settings?: HandlerSettings) => Decision

export const processed = (facts: Fact[], effects: Effect[] = []): Decision => ({ outcome: 'processed', facts, effects })

export const ignored = (reason: string): Decision => ({ outcome: 'ignored', reason })
