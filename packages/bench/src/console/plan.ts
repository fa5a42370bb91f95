import type { Run } from '../measure/run.ts'
import type { Plan } from '../plan.ts'
import type { Cores } from '../setup/cores.ts'

/** Extent of a run on the console. */
export interface ConsolePlan extends Pick<Plan, 'connections' | 'warmUpRequests' | 'requests' | 'warmUpJobs' | 'jobs'> {
  /** Events in the database that the board reads. */
  events: number
  /** Events that arrive each second while it is read. */
  perSecond: number
  /** How often each request is repeated. */
  repeats: number
  /** Of the rates with a board and without. */
  rounds: number
}

export const CONSOLE: ConsolePlan = {
  events: 10_000_000,
  perSecond: 500,
  repeats: 10,
  rounds: 5,
  connections: 64,
  warmUpRequests: 5_000,
  requests: 10_000,
  warmUpJobs: 1_000,
  jobs: 10_000,
}

/** Long enough to check that everything adds up. */
export const QUICK_CONSOLE: ConsolePlan = {
  events: 10_000,
  perSecond: 50,
  repeats: 1,
  rounds: 1,
  connections: 16,
  warmUpRequests: 50,
  requests: 200,
  warmUpJobs: 50,
  jobs: 200,
}

/** Shared by all measurements of the console. */
export interface ConsoleRun extends Pick<Run, 'stores' | 'numbers' | 'found' | 'check' | 'say'> {
  plan: ConsolePlan
  /** For the rates: while lists are read, nothing is pinned. */
  cores: Cores
}
