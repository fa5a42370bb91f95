/** The exit codes of every command, for scripts. */
export const EXIT = {
  good: 0,
  failed: 1,
  usage: 2,
  /** The command succeeded and found drift or dead letters. */
  found: 3,
} as const
