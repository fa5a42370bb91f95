/** Seconds after the end of a fault within which everything must be done. */
export const BUDGET = {
  /** Another worker takes over the job of a dead one: its lock lasts 10 s and is checked every 5 s. */
  deadWorker: 25,
  /** As `deadWorker`, and then the sweeper finds hundreds of events again. */
  replayed: 60,
  /** Connections to Redis stayed open, or nothing was under way on them. */
  redisBack: 6,
  /** A job that Redis handed out as the connection broke is locked but not worked on: as `deadWorker`. */
  redisCut: 20,
  /** The end of an outage is noticed within half a second, and delayed jobs return within one. */
  postgresBack: 10,
  /** The sweeper finds events without a job. */
  swept: 15,
  /** An effect's back-off after ten seconds of failures. */
  backoff: 25,
  /** Events of megabytes go apart from others, a few at a time. */
  bigEvents: 60,
  /** The other side said `later`: longest wait before the next attempt. */
  later: 60,
  /** A mail server that took an e-mail and hung gets it again after `EVENT_BACKOFF_MAX_MS`, and not sooner. */
  hangingMail: 120,
} as const
