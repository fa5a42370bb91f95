/** Makes a row due at once: earlier than the clock of any database, whatever the clock of this machine says. */
export const NOW = new Date(0)
