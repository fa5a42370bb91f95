import { createHash } from 'node:crypto'

/** The prefix of all keys in Redis, if `QUEUE_PREFIX` names no other. */
export const DEFAULT_PREFIX = 'sluice'

export const QUEUES = {
  /** One job per waiting event. Failed jobs are kept and can be retried. */
  events: 'webhook-events',
  /** One job per outbox message. */
  effects: 'effects',
  /** Scheduled retention and reconciliation. */
  maintenance: 'maintenance',
  /** For operators: ids and causes of dead letters. */
  deadLetter: 'dead-letter',
} as const

/** On the Postgres backend: a queue with one job, which says whose the others are. Nobody works on it. */
export const OWNER = 'owner'

/** The job id of an event. BullMQ rejects some ids, such as those with a colon, so these are hashed. */
export function jobIdOf(provider: string, eventId: string): string {
  if (/^[A-Za-z0-9_.-]{1,200}$/.test(eventId)) return `${provider}-${eventId}`
  return `${provider}-h${createHash('sha256').update(eventId).digest('hex')}`
}
