/** Moments between two related writes at which a process may die without harm. */
export type CrashPoint =
  /** The inbox has the event, the queue has not. */
  | 'after_append'
  /** Both have it; the sender has no answer yet. */
  | 'after_enqueue'
  /** The event's facts are committed; its effects have no jobs yet, and its own job still runs. */
  | 'after_commit'
  /** The event is done; the queue does not know it yet. */
  | 'before_complete'
  /** The other side has done the effect; nothing here records it yet. */
  | 'after_effect_call'
  /** The effect is done and recorded; its outbox message is still pending. */
  | 'before_effect_done'

/**
 * Does nothing. With `--conditions=crash-points`, Node loads `crash-point.armed.ts` instead, and the process may die
 * here.
 */
export function crashPoint(_name: CrashPoint): void {}
