import type { ReceivedEvent } from './event.ts'
import type { Fact } from './fact.ts'

/** Something to be done outside Postgres, once per key, after the facts that caused it are committed. */
export interface Effect {
  /** What it is about, e.g. `receipt:<payment id>`: the same key is the same effect, whoever asks for it. */
  key: string
  kind: string
  /** Ids only: the runner reads the merged rows when it runs. */
  payload: Record<string, string>
  /** Not before then; at once when left out. */
  availableAt?: Date
}

/** What a handler can say of an event. Anything thrown means that the event, or the handler, is wrong. */
export type Decision =
  | { outcome: 'processed'; facts: Fact[]; effects: Effect[] }
  | { outcome: 'ignored'; reason: string }

/** Pure: no database, no clock, no network. The same event always gives the same decision. */
export type Handler = (event: ReceivedEvent) => Decision

export const processed = (facts: Fact[], effects: Effect[] = []): Decision => ({ outcome: 'processed', facts, effects })

export const ignored = (reason: string): Decision => ({ outcome: 'ignored', reason })
