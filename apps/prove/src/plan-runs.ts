import type { Fault } from './fault.ts'
import type { Load } from './load/loads.ts'
import type { Result } from './result.ts'

export interface Asked {
  fault: Fault
  load: Load
  seed: number
}

/** Every run of these faults, in the order of the faults. A fault may have loads of its own. */
export const runsOf = (faults: readonly Fault[], loads: readonly Load[], seeds: readonly number[]): Asked[] =>
  faults.flatMap((fault) =>
    loads
      .filter((load) => fault.loads?.includes(load) ?? true)
      .flatMap((load) => seeds.map((seed) => ({ fault, load, seed }))),
  )

/** Splits runs by whether an earlier invocation already ran them to their end, with the same version of the code. */
export function splitRuns(asked: Asked[], earlier: Result[], version: string): { kept: Result[]; left: Asked[] } {
  const same = earlier.filter((row) => row.version === version && row.machine !== undefined)
  const keptOf = ({ fault, load, seed }: Asked) =>
    same.find((row) => row.id === fault.id && row.load === load && row.seed === seed)
  return { kept: asked.flatMap((one) => keptOf(one) ?? []), left: asked.filter((one) => !keptOf(one)) }
}
