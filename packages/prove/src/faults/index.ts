import type { Fault } from '../fault.ts'
import { redis } from './redis.ts'

/** All of them, by their numbers. */
export const FAULTS: readonly Fault[] = [...redis].sort((one, other) =>
  one.id.localeCompare(other.id, 'en', { numeric: true }),
)
