import type { CrashPoint } from '@sluice/runtime/crash-point'
import type { FileOptions } from '@sluice/testing/stand-ins'
import type { World } from './world/world.ts'

/** Ends what was injected; what it does is over when the promise resolves. */
export type Clear = () => Promise<void>

/** One thing that goes wrong while events come in. */
export interface Fault {
  /** `F12`, or `F12b` for another way to do the same. */
  id: string
  title: string
  /** Makes it happen. What it returns ends it after `seconds`; without it the fault is over when `inject` is. */
  inject(world: World): Promise<Clear | undefined>
  /** How long it lasts; 5 unless told. */
  seconds?: number
  /** Within which, once it is over, everything that it had delayed is done. */
  budgetSeconds: number
  /** Events a second, of both providers; 50 unless told. */
  rate?: number
  /** Statuses that a valid request may get beside 200 while it lasts. */
  mayAnswer?: readonly number[]
  /** What the apps are started with, over what they always have. */
  env?: Record<string, string>
  /** Apps reach the stores through a network that can be spoilt. */
  spoilsNetwork?: true
  /** Ids of events that are to end as dead letters. */
  deadLetters?: readonly string[]
  /** Where in the code of the apps processes die. */
  crashPoint?: CrashPoint
  /** How the host of predictions' files serves the one of that number. */
  files?(index: number): FileOptions
}
