import type { Plan } from '../plan.ts'

/** How much is measured of how cost grows with work. Counts are of events. */
export interface ScalePlan
  extends Pick<Plan, 'rounds' | 'connections' | 'warmUpRequests' | 'requests' | 'warmUpJobs' | 'jobs'> {
  /** Sizes of the backlog, which is also that of the inbox once it is drained. */
  backlogs: number[]
  /** What a backlog costs is measured over so many of its events at first, so that all sizes compare. */
  first: number
  /** How many rows of the inbox are made at once. */
  slice: number
  /** How often each statement of the inbox is run. */
  repeats: number
  /** Of ingests, and of workers. */
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

/** Long enough to add up. */
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
