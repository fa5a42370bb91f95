import type { Generator } from '../load/generate.ts'
import type { Plan } from '../plan.ts'
import type { Cores } from '../setup/cores.ts'
import type { Stores } from '../setup/stores.ts'
import type { Sum } from '../sums.ts'

/** Shared by all measurements: the environment, and functions that record results. */
export interface Run {
  plan: Plan
  stores: Stores
  generator: Generator
  cores: Cores
  numbers: Numbers
  /** A mail server that takes everything, and the number of e-mails that it has taken. */
  smtpUrl: string
  mails(): number
  /** Adds one round's value to a figure. */
  found(figure: string, value: number): void
  check(sums: Sum[]): void
  /** Called with the name of each step. */
  say(what: string): void
}

/** Hands out event numbers, each once per run: no two requests carry the same event. */
export function createNumbers() {
  let next = 1
  return (count: number): number => {
    const first = next
    next += count
    return first
  }
}

export type Numbers = ReturnType<typeof createNumbers>

/** Rotates a list, so that no peer always runs first or after the same one. */
export const rotated = <T>(list: readonly T[], by: number): T[] =>
  list.map((_, index) => list[(index + by) % list.length] as T)
