import type { ListedEvent } from '@sluice/events'
import type { Pool } from 'pg'
import { prismaOf } from '../client.ts'
import type { HourOfRun } from './hours.ts'

/** Of more, only the number is kept. */
const EVENTS_MAX = 200

export interface RecordedRun {
  provider: string
  /** `schedule`, `action:<id>` or `cli`. */
  askedBy: string
  since: Date
  until: Date
  repair: boolean
  startedAt: Date
  checked: number
  missed: ListedEvent[]
  hours: HourOfRun[]
  error?: unknown
}

/** Keeps what a provider was asked and what it said, without anything of the events but their ids, types and times. */
export async function recordRun(pool: Pool, { missed, hours, error, ...run }: RecordedRun): Promise<void> {
  await prismaOf(pool).reconcileRun.create({
    data: {
      ...run,
      missed: missed.length,
      hours: hours.map((hour) => ({ ...hour })),
      events: missed.slice(0, EVENTS_MAX).map(({ eventId, type, occurredAt, isPast = false }) => ({
        ...{ eventId, type, isPast },
        at: occurredAt?.toISOString() ?? null,
      })),
      error: error === undefined ? null : codeOf(error),
    },
  })
}

/** Never the text of an error, which may quote an answer. */
function codeOf(error: unknown): string {
  const { code, name } = Object(error) as { code?: unknown; name?: unknown }
  return typeof code === 'string' ? code : typeof name === 'string' ? name : 'unknown'
}
