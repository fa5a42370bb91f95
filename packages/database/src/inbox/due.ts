/** A past `sweep_after`: makes a row due at once, even if the clocks of this machine and the database differ. */
export const ALREADY_DUE = new Date(0)

/** The same of an event that a replay has opened and that has no job yet. Earlier than all others, so that these are found. */
export const REVISION_DUE = new Date(-1_000)
