import { createHash } from 'node:crypto'

/** The prefix of every key that BullMQ keeps in Redis. */
export const PREFIX = 'sluice'

export const QUEUES = {
  /** A job per waiting event; failed ones stay and can be retried. */
  events: 'webhook-events',
  /** A job per outbox message. */
  effects: 'effects',
  /** Scheduled retention and reconciliation. */
  maintenance: 'maintenance',
  /** For operators: ids and causes of dead letters. */
  deadLetter: 'dead-letter',
} as const

/** Job id of an event. BullMQ refuses some ids, such as one with a colon: their hash is used. */
export function jobIdOf(provider: string, eventId: string): string {
  if (/^[A-Za-z0-9_.-]{1,200}$/.test(eventId)) return `${provider}-${eventId}`
  return `${provider}-h${createHash('sha256').update(eventId).digest('hex')}`
}
