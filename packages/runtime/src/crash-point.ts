/** Points between two related writes. A crash at any of them must lose nothing. */
export type CrashPoint =
  /** The inbox has the event; the queue does not. */
  | 'after_append'
  /** Inbox and queue have the event; the sender has no answer yet. */
  | 'after_enqueue'
  /** The event's facts are committed; its effects have no jobs yet, and its own job still runs. */
  | 'after_commit'
  /** The effects on Redis that have no jobs have left; their outbox messages are still pending. */
  | 'before_quick_effects_done'
  /** The event is processed; the queue still has its job. */
  | 'before_complete'
  /** The external system has performed the effect; nothing is recorded here yet. */
  | 'after_effect_call'
  /** The effect is done and recorded; its outbox message is still pending. */
  | 'before_effect_done'

/**
 * Does nothing. With `--conditions=crash-points`, Node loads `crash-point.armed.ts` instead, and the process may die
 * here.
 */
export function crashPoint(_name: CrashPoint): void {}
