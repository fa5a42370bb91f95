import { createRandom } from './random.ts'

/** The same list in another order, always the same one for a seed. */
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
 * Sends some again, each at once after its first time.
 *
 * @param copies extra deliveries of an event on average: 0.1 repeats every tenth, 2 sends each three times.
 */
export function withDuplicates<T>(list: readonly T[], copies: number, seed: string | number): T[] {
  const random = createRandom(`duplicates:${seed}`)
  const times = () => 1 + Math.floor(copies) + (random.chance(copies % 1) ? 1 : 0)
  return list.flatMap((item) => Array.from({ length: times() }, () => item))
}
