/** Extent of a run. Counts are of events, and divisible by ten connections. */
export interface Plan {
  rounds: number
  /** Kept-alive connections of the generator. */
  connections: number
  /** Unmeasured requests per peer before the first round. */
  warmUpRequests: number
  requests: number
  /** Unmeasured jobs before each drain. */
  warmUpJobs: number
  jobs: number
  /** Jobs for the slower ORM worker. */
  jobsOfOrm: number
  /** Duration of each trial at a fixed rate. */
  seconds: number
  /** Trials in the search for the highest rate. */
  trials: number
  /** Sequential writes per store that measure one fsync. */
  fsyncs: number
}

export const FULL: Plan = {
  rounds: 5,
  connections: 64,
  warmUpRequests: 20_000,
  requests: 20_000,
  warmUpJobs: 2_000,
  jobs: 10_000,
  jobsOfOrm: 2_000,
  seconds: 10,
  trials: 7,
  fsyncs: 1_000,
}

/** Long enough to check that everything adds up, too short for figures. */
export const QUICK: Plan = {
  rounds: 1,
  connections: 16,
  warmUpRequests: 50,
  requests: 200,
  warmUpJobs: 50,
  jobs: 200,
  jobsOfOrm: 200,
  seconds: 1,
  trials: 2,
  fsyncs: 20,
}

/** Connections of each peer to Postgres: as many as our worker has. */
export const CONNECTIONS = 10
