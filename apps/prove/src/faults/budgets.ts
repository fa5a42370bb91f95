/** Seconds within which all is done again, once the fault is over. */
export const BUDGET = {
  /** Somebody else takes over a job whose worker is gone: its lock lasts 10 s, and is looked for every 5 s. */
  deadWorker: 25,
  /** The ways to Redis were open all the time, or nothing was under way on them. */
  redisBack: 6,
  /** A job that Redis gave out while the connection broke has a lock and nobody who works on it: as `deadWorker`. */
  redisCut: 20,
  /** Outages of Postgres are noticed and left in half a second, and what was tried meanwhile comes back in one. */
  postgresBack: 10,
  /** The sweeper finds what has no job, or has lost it. */
  swept: 15,
  /** An effect's own back-off, after as many failures as there are in ten seconds. */
  backoff: 25,
} as const
