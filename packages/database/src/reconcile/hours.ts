import type { ListedEvent } from '@sluice/events'
import { z } from 'zod'

/**
 * The events that a provider listed, of one hour in which they happened. `sent` = those in the inbox + `missed`, and those in
 * the inbox = `processed` + `ignored` + `failed` + `waiting`.
 */
export const HourOfRun = z.object({
  /** Start of the hour. */
  hour: z.string(),
  /** Events that it listed and should have sent here. */
  sent: z.number(),
  processed: z.number(),
  ignored: z.number(),
  failed: z.number(),
  /** In the inbox, and not ended yet. */
  waiting: z.number(),
  /** Not in the inbox. A repair appends them. */
  missed: z.number(),
  /** Neither sent nor missed: they happened before their webhook endpoint existed. */
  past: z.number(),
})

export type HourOfRun = z.output<typeof HourOfRun>

const HOUR_MS = 3_600_000

const FATES: Record<string, 'processed' | 'ignored' | 'failed'> = {
  processed: 'processed',
  ignored: 'ignored',
  failed: 'failed',
}

export interface Hours {
  /** @param statusOf an event's status in the inbox; undefined if it is not there */
  add(events: ListedEvent[], statusOf: (event: ListedEvent) => string | undefined): void
  /** Oldest first. */
  all(): HourOfRun[]
}

/** Counts listed events by hour. @param undated the hour of an event that does not say when it happened */
export function createHours(undated: Date): Hours {
  const hours = new Map<string, HourOfRun>()

  const hourOf = ({ occurredAt }: ListedEvent): HourOfRun => {
    const time = (occurredAt ?? undated).getTime()
    const hour = new Date(time - (time % HOUR_MS)).toISOString()
    const known = hours.get(hour)
    if (known) return known
    const made = { hour, sent: 0, processed: 0, ignored: 0, failed: 0, waiting: 0, missed: 0, past: 0 }
    hours.set(hour, made)
    return made
  }

  return {
    add(events, statusOf) {
      for (const event of events) {
        const [hour, status] = [hourOf(event), statusOf(event)]
        const isPast = status === undefined && event.isPast === true
        if (isPast) hour.past += 1
        else {
          hour.sent += 1
          hour[status === undefined ? 'missed' : (FATES[status] ?? 'waiting')] += 1
        }
      }
    },
    all: () => [...hours.values()].sort((one, other) => (one.hour < other.hour ? -1 : 1)),
  }
}
