import type { Fault } from '../fault.ts'
import { attackers } from './attackers.ts'
import { bigEvents } from './big-events.ts'
import { boundaries } from './boundaries.ts'
import { clocks } from './clocks.ts'
import { crashPoints } from './crash-points.ts'
import { disks } from './disks.ts'
import { documentThreads } from './document-threads.ts'
import { fairness } from './fairness.ts'
import { fullRedis } from './full-redis.ts'
import { hosts } from './host.ts'
import { importFaults } from './imports.ts'
import { laters } from './later.ts'
import { locks } from './locks.ts'
import { network } from './network.ts'
import { orders } from './orders.ts'
import { payloads } from './payloads.ts'
import { poison } from './poison.ts'
import { postgres } from './postgres.ts'
import { processes } from './processes.ts'
import { providers } from './providers.ts'
import { redis } from './redis.ts'
import { replays } from './replays.ts'
import { settings } from './settings.ts'
import { slowEvents } from './slow-events.ts'

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
  ...attackers,
  ...bigEvents,
  ...boundaries,
  ...clocks,
  ...disks,
  ...documentThreads,
  ...fullRedis,
  ...hosts,
  ...importFaults,
  ...laters,
  ...locks,
  ...replays,
  ...settings,
  ...slowEvents,
].sort((one, other) => one.id.localeCompare(other.id, 'en', { numeric: true }))
