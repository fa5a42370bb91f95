export interface DocumentsDue {
  /** Payments whose receipt and invoice are due, divisible by two. */
  payments: number
  /** Rate at which events come in, and for how long. */
  perSecond: number
  seconds: number
  rounds: number
}

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
  /** Events of each run from sender to commit at the highest rate, and connections that send them. */
  wholeWay: { events: number; connections: number; warmUp: number }
  /** Duration of each trial at a fixed rate. */
  seconds: number
  /** Trials in the search for the highest rate. */
  trials: number
  /** Null in a run too short for it. */
  documentsDue: DocumentsDue | null
}

export const FULL: Plan = {
  rounds: 5,
  connections: 64,
  warmUpRequests: 20_000,
  requests: 20_000,
  warmUpJobs: 2_000,
  jobs: 10_000,
  jobsOfOrm: 2_000,
  wholeWay: { events: 4_000, connections: 32, warmUp: 400 },
  seconds: 10,
  trials: 7,
  documentsDue: { payments: 5_000, perSecond: 100, seconds: 8, rounds: 3 },
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
  wholeWay: { events: 60, connections: 8, warmUp: 10 },
  seconds: 1,
  trials: 1,
  documentsDue: null,
}

/** Connections of each peer to Postgres: as many as our worker has. */
export const CONNECTIONS = 10
