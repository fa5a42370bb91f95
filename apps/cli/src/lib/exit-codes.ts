/** What scripts are told by every command. */
export const EXIT = {
  good: 0,
  failed: 1,
  usage: 2,
  /** The command worked, and found drift or dead letters. */
  found: 3,
} as const
