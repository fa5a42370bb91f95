import { type EventWait, recordEventWaits } from '@sluice/database/inbox'
import type { Pool } from '@sluice/database/pool'
import { repeat } from '../schedules/repeat.ts'

/** Shorter waits are not worth a write. */
const WORTH_RECORDING_MS = 10_000
const FLUSH_EVERY_MS = 5_000
/** Within the time for which a recorded wait counts. */
const RECORD_AGAIN_MS = 60_000
/** Longer than the longest pause of a job. After it another worker has the event. */
const FORGOTTEN_MS = 6 * 60_000
const RECORDED_AT_ONCE = 1_000
/** Bounds the memory. The waits of further events are not recorded. */
const EVENTS_MAX = 10_000

/** The cause of an event's wait, from the outcome of its job. */
const WAIT_OF: Partial<Record<string, EventWait>> = { busy: 'lock', waiting: 'generation_job', later: 'provider' }

interface Seen {
  provider: string
  eventId: string
  wait: EventWait
  since: number
  seenAt: number
  recordedAt: number
}

/** Records in the inbox what events wait for, so that metrics and `sluice doctor` can tell. */
export interface EventWaits {
  /** Notes the outcome of a job. */
  saw(event: { provider: string; eventId: string }, outcome: string): void
  stop(): Promise<void>
}

export function startEventWaits(pool: Pool): EventWaits {
  const seen = new Map<string, Seen>()

  function saw({ provider, eventId }: { provider: string; eventId: string }, outcome: string): void {
    const key = `${provider}-${eventId}`
    const wait = WAIT_OF[outcome]
    const before = seen.get(key)
    if (wait === undefined) return void seen.delete(key)
    if (before === undefined && seen.size >= EVENTS_MAX) return
    const now = performance.now()
    const isSame = before?.wait === wait
    seen.set(key, {
      ...{ provider, eventId, wait, seenAt: now },
      since: isSame ? before.since : now,
      recordedAt: isSame ? before.recordedAt : Number.NEGATIVE_INFINITY,
    })
  }

  async function flush(): Promise<void> {
    const now = performance.now()
    for (const [key, { seenAt }] of seen) if (now - seenAt > FORGOTTEN_MS) seen.delete(key)
    const due = [...seen.values()]
      .filter(({ since, recordedAt }) => now - since >= WORTH_RECORDING_MS && now - recordedAt >= RECORD_AGAIN_MS)
      .slice(0, RECORDED_AT_ONCE)
    await recordEventWaits(pool, due)
    for (const one of due) one.recordedAt = now
  }

  const flushing = repeat(flush, FLUSH_EVERY_MS, () => {}) // recorded the next time
  return { saw, stop: flushing.stop }
}
