import type { CrashPoint } from '@sluice/runtime/crash-point'
import type { Random, SentEvent } from '@sluice/simulator'
import type { FileOptions } from '@sluice/testing/stand-ins'
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
  /** Events a second of both providers together. Default: 50. */
  rate?: number
  /** Statuses besides 200 that a valid request may get during the fault. */
  mayAnswer?: readonly number[]
  /** Environment of the apps, merged over the usual one. */
  env?: Record<string, string>
  /** Apps reach the stores through proxies. */
  usesProxies?: true
  /** Ids of events that must become dead letters. */
  deadLetters?: readonly string[]
  /** Point in the code at which processes die. */
  crashPoint?: CrashPoint
  /** How the file host serves the file with this index. */
  files?(index: number): FileOptions
}
