import type { Run } from '../measure/run.ts'
import type { Plan } from '../plan.ts'

/** Extent of a run on scale. Counts are of events. */
export interface ScalePlan
  extends Pick<Plan, 'rounds' | 'connections' | 'warmUpRequests' | 'requests' | 'warmUpJobs' | 'jobs'> {
  /** Sizes of the backlog, and so of the inbox once it is drained. */
  backlogs: number[]
  /** Cost is measured over this many first events of each backlog, so that sizes compare. */
  first: number
  /** Inbox rows inserted at once. */
  slice: number
  /** Runs of each inbox statement. */
  repeats: number
  /** Numbers of ingests, and of workers. */
  processes: number[]
}

export const SCALE: ScalePlan = {
  backlogs: [10_000, 100_000, 1_000_000],
  first: 20_000,
  slice: 50_000,
  repeats: 10,
  processes: [1, 2, 3],
  rounds: 3,
  connections: 64,
  warmUpRequests: 20_000,
  requests: 20_000,
  warmUpJobs: 2_000,
  jobs: 20_000,
}

/** Long enough to check that everything adds up. */
export const QUICK_SCALE: ScalePlan = {
  backlogs: [200, 3_000],
  first: 500,
  slice: 2_000,
  repeats: 2,
  processes: [1, 2],
  rounds: 1,
  connections: 16,
  warmUpRequests: 50,
  requests: 200,
  warmUpJobs: 50,
  jobs: 200,
}

/** Shared by all measurements on scale. */
export interface ScaleRun extends Pick<Run, 'stores' | 'numbers' | 'found' | 'check' | 'say'> {
  plan: ScalePlan
}
