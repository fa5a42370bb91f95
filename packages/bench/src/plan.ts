/** How much is measured. Counts are of events, and of what ten connections can share evenly. */
export interface Plan {
  rounds: number
  /** Kept-alive connections of the generator. */
  connections: number
  /** Before the first round, for each contender; not measured. */
  warmUpRequests: number
  requests: number
  /** Before each drain; not measured. */
  warmUpJobs: number
  jobs: number
  /** The same for the ORM's worker, which takes a long time for each. */
  jobsOfOrm: number
  /** Of each trial at a fixed rate. */
  seconds: number
  /** Trials that look for the highest rate. */
  trials: number
  /** Commits, and writes of Redis, one after the other, for the time of one fsync. */
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

/** Long enough to add up, too short to say how fast anything is. */
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
