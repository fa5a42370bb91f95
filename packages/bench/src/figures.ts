import { median } from './statistics.ts'

export interface Figure {
  name: string
  /** Value of each round, in order. */
  rounds: number[]
  median: number
  least: number
  most: number
}

/** Collects the values of all rounds. */
export function createFigures() {
  const found = new Map<string, number[]>()
  return {
    add(name: string, value: number): void {
      found.set(name, [...(found.get(name) ?? []), value])
    },
    all: (): Figure[] =>
      [...found].map(([name, rounds]) => ({
        name,
        rounds,
        median: median(rounds),
        least: Math.min(...rounds),
        most: Math.max(...rounds),
      })),
    median: (name: string): number => median(found.get(name) ?? []),
  }
}

export type Figures = ReturnType<typeof createFigures>
