import { createHash } from 'node:crypto'

/** The prefix of every key that BullMQ keeps in Redis. */
export const PREFIX = 'sluice'

export const QUEUES = {
  /** One job an event that waits; the failed ones stay, and can be retried. */
  events: 'webhook-events',
  /** One job an outbox message. */
  effects: 'effects',
  /** Retention, and asking providers what was missed, on a schedule. */
  maintenance: 'maintenance',
  /** A list to look at: ids and causes of what failed for good. */
  deadLetter: 'dead-letter',
} as const

/** The same event always has the same job. BullMQ refuses a colon in an id, so odd ids become their hash. */
export function jobIdOf(provider: string, eventId: string): string {
  if (/^[A-Za-z0-9_.-]{1,200}$/.test(eventId)) return `${provider}-${eventId}`
  return `${provider}-h${createHash('sha256').update(eventId).digest('hex')}`
}
