import type { CrashPoint } from '@sluice/runtime/crash-point'
import type { Random, SentEvent } from '@sluice/simulator'
import type { FileOptions } from '@sluice/testing/stand-ins'
import type { Load } from './load/loads.ts'
import type { HostRows } from './load/plan.ts'
import type { Traffic } from './load/traffic.ts'
import type { ProveStack } from './stack/stack.ts'

/** Ends the fault; resolves once it has ended. */
export type Clear = () => Promise<void>

/** Everything that a fault can reach, and where it leaves its findings. */
export interface FaultContext extends ProveStack {
  traffic: Traffic
  random: Random
  /** Measurements worth printing. */
  notes: string[]
  /** Events in the order in which they happened, where the fault sends them in another. */
  trueOrder: SentEvent[]
  /** Ids of events that the fault itself may delay: they are nobody's neighbours. */
  affected: Set<string>
  /** Checks that run once the system has settled. */
  afterRecovery: (() => Promise<void>)[]
  /** Findings: each makes the run fail. */
  problems: string[]
}

/** One thing that goes wrong while events come in. */
export interface Fault {
  /** `F12`, or `F12b` for a variant. */
  id: string
  title: string
  /** Starts the fault. The returned function ends it after `seconds`; without one the fault ends when `inject` resolves. */
  inject(context: FaultContext): Promise<Clear | undefined>
  /** Duration in seconds. Default: 5. */
  seconds?: number
  /** Seconds after its end within which everything that it delayed must be done. */
  budgetSeconds: number
  /** Events a second of both providers together, at base load. Default: 50. */
  rate?: number
  /** Loads at which it makes sense. Default: all. */
  loads?: readonly Load[]
  /** Whether all other events must be done as fast as before: within twice the 99th percentile. */
  sparesOthers?: true
  /** Statuses besides 200 that a valid request may get during the fault. */
  mayAnswer?: readonly number[]
  /** Environment of the apps, merged over the usual one. */
  env?: Record<string, string>
  /** Rows that the host application has besides those of the steady load. */
  hostRows?: HostRows
  /** Workers send messages to the host application. */
  notifiesHost?: true
  /** Apps reach the stores through proxies. */
  usesProxies?: true
  /** Ids of events that must become dead letters. */
  deadLetters?: readonly string[]
  /** Whether effects may end as dead letters: the other side refuses them for good. */
  mayRefuseEffects?: true
  /** Point in the code at which processes die. */
  crashPoint?: CrashPoint
  /** How the file host serves the file with this index. */
  files?(index: number): FileOptions
}
