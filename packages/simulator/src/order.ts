import { createRandom } from './random.ts'

/** The list in an order that depends on the seed alone. */
export function shuffle<T>(list: readonly T[], seed: string | number): T[] {
  const random = createRandom(`shuffle:${seed}`)
  const shuffled = [...list]
  for (let last = shuffled.length - 1; last > 0; last--) {
    const other = random.between(0, last)
    const held = shuffled[last] as T
    shuffled[last] = shuffled[other] as T
    shuffled[other] = held
  }
  return shuffled
}

/**
 * Repeats items, each copy right after the original.
 *
 * @param copies extra copies of an item on average: 0.1 repeats every tenth, 2 gives each three times.
 */
export function withDuplicates<T>(list: readonly T[], copies: number, seed: string | number): T[] {
  const random = createRandom(`duplicates:${seed}`)
  const times = () => 1 + Math.floor(copies) + (random.chance(copies % 1) ? 1 : 0)
  return list.flatMap((item) => Array.from({ length: times() }, () => item))
}
