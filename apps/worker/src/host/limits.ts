/** Messages that are sent to one URL at the same time. A small host takes as many, and a slow one gets no more. */
export const CONNECTIONS = 16

/** Messages that are looked at for each that may be sent: of those about one thing, one is sent and the others are finished. */
export const LOOKAHEAD = 4

/**
 * A host that does not answer within this time gets the message again. Less than the pause in which a proxy in front of
 * the host gives up (30 s and more), and long for a host that only records the message.
 */
export const TIMEOUT_MS = 15_000

/** How often an idle worker looks for messages. Half of it is the usual delay of a message. */
export const POLL_MS = 250

/** A worker that has no lease asks for it, and one that has it renews it, well before it ends. */
export const LEASE_MS = 3_000

/** Failures in a row that are an outage of the URL, and not the fault of single messages. More than may be by chance. */
export const FAILURES_MAX = 10

/** Pauses of a URL that takes no message: the first, and the longest. After each, one message tries. */
export const OUTAGE_FIRST_MS = 1_000
export const OUTAGE_MAX_MS = 30_000

/** A host that asks for a longer pause, by Retry-After, is asked again after this one. */
export const RETRY_AFTER_MAX_MS = 3_600_000

/** After an outage, messages a second: a host that has just started is not flooded with what it missed. */
export const CATCH_UP_PER_SECOND = 200

/** A message that is retried for so long becomes a dead letter. Long enough for a weekend. */
export const RETRIED_SECONDS = 3 * 86_400

/** Attempts that a message has in any case, such as one that was written long ago while no worker ran. */
export const ATTEMPTS_MIN = 5

/** A URL that takes no message for so long will not take the old ones either: they become dead letters untried. */
export const HOPELESS_MS = 3_600_000

/** A refused message waits at most this many times `EVENT_BACKOFF_MAX_MS`: by default an hour. */
export const BACKOFF_FACTOR = 12

/** How often each worker looks for `sluice listen`. */
export const LISTENERS_MS = 1_000

/** How often messages are finished, or skipped, that no endpoint waits for any more. */
export const TIDY_MS = 30_000

/** How long a message about a customer waits for the event that names its user. A buyer does not wait longer. */
export const LINK_SECONDS = 3
