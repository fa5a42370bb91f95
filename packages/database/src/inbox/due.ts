/** A past `sweep_after`: makes a row due at once, even if the clocks of this machine and the database differ. */
export const ALREADY_DUE = new Date(0)
