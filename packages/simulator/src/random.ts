import { createHash } from 'node:crypto'

/** A random generator with a seed: the same seed always gives the same numbers, ids and picks. */
export interface Random {
  /** From 0 (inclusive) to 1 (exclusive). */
  next(): number
  /** An integer from `low` to `high`, both included. */
  between(low: number, high: number): number
  chance(probability: number): boolean
  pick<T>(list: readonly [T, ...T[]]): T
  /** `prefix` and `length` letters and digits, as providers make their ids. */
  id(prefix: string, length: number): string
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

export function createRandom(seed: string | number): Random {
  const next = numbersOf(seed)
  const between = (low: number, high: number) => low + Math.floor(next() * (high - low + 1))
  const letter = () => ALPHABET.charAt(between(0, ALPHABET.length - 1))
  return {
    next,
    between,
    chance: (probability) => next() < probability,
    pick: (list) => list[between(0, list.length - 1)] ?? list[0],
    id: (prefix, length) => prefix + Array.from({ length }, letter).join(''),
  }
}

/** SHA-256 of a counter: slow for a random generator, fast enough here, and without patterns. */
function numbersOf(seed: string | number): () => number {
  let counter = 0
  let block = Buffer.alloc(0)
  return () => {
    if (block.length === 0) block = createHash('sha256').update(`${seed}:${counter++}`).digest()
    const value = block.readUInt32BE(0) / 2 ** 32
    block = block.subarray(4)
    return value
  }
}
