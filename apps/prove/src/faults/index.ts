import type { Fault } from '../fault.ts'
import { crashPoints } from './crash-points.ts'
import { fairness } from './fairness.ts'
import { network } from './network.ts'
import { orders } from './orders.ts'
import { payloads } from './payloads.ts'
import { poison } from './poison.ts'
import { postgres } from './postgres.ts'
import { processes } from './processes.ts'
import { providers } from './providers.ts'
import { redis } from './redis.ts'

/** All faults, ordered by number. */
export const FAULTS: readonly Fault[] = [
  ...processes,
  ...crashPoints,
  ...redis,
  ...postgres,
  ...network,
  ...providers,
  ...payloads,
  ...orders,
  ...poison,
  ...fairness,
].sort((one, other) => one.id.localeCompare(other.id, 'en', { numeric: true }))
