import type { Generator } from '../load/generate.ts'
import type { Plan } from '../plan.ts'
import type { Sum } from '../sums.ts'
import type { Places } from '../world/places.ts'
import type { Stores } from '../world/stores.ts'
import type { Numbers } from './numbers.ts'

/** What every measurement has at hand, and where it puts what it finds. */
export interface Run {
  plan: Plan
  stores: Stores
  generator: Generator
  places: Places
  numbers: Numbers
  /** Adds one round's value to a figure. */
  found(figure: string, value: number): void
  check(sums: Sum[]): void
  /** Told to whoever waits. */
  say(what: string): void
}
