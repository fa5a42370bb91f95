/** Seconds within which all is done again, once the fault is over. Lock 10 s, check for stalled jobs every 5 s. */
export const BUDGET = {
  /** Somebody else notices that a job's worker is gone. */
  deadWorker: 25,
  /** A row that was recorded without a job is due after three seconds, and ingests connect again within one more. */
  redisBack: 6,
  postgresBack: 10,
  /** The sweeper finds what has no job. */
  swept: 15,
  /** An effect's own back-off, after as many failures as there are in ten seconds. */
  backoff: 25,
} as const
