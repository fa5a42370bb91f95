/** Moments between two writes that belong together, at which a process must be able to die. */
export type CrashPoint =
  /** The inbox has the event, the queue does not know of it. */
  | 'after_append'
  /** Both have it, and the sender waits for its answer. */
  | 'after_enqueue'
  /** What the event meant is committed; its effects have no jobs, and its own job still runs. */
  | 'after_commit'
  /** Everything of the event is done but to say so to the queue. */
  | 'before_complete'
  /** The other side did what an effect asked for, and nothing here says so. */
  | 'after_effect_call'
  /** All of an effect is done and noted, but its message is still open. */
  | 'before_effect_done'

/**
 * Does nothing. In a process that is started with `--conditions=crash-points`, the module beside this one is loaded in
 * its place, and the process may end here.
 */
export function crashPoint(_name: CrashPoint): void {}
