import { type OverviewRows, readOverview } from '@sluice/database/inspect'
import { z } from 'zod'
import { route } from './route.ts'
import type { Attention } from './schemas/overview.ts'
import { Overview } from './schemas/overview.ts'

/** Seconds of each range, and of one point of its charts. */
const RANGES = {
  '1h': { seconds: 3_600, interval: 60 },
  '24h': { seconds: 86_400, interval: 900 },
  '7d': { seconds: 604_800, interval: 7_200 },
} as const

/** An event waits longer than this only if something is wrong. */
const WAITING_SECONDS = 60

/** Somebody who sells something hears of it within a day. */
const SILENT_SECONDS = 86_400

export const overview = route({
  path: '/overview',
  query: z.object({ range: z.enum(['1h', '24h', '7d']).default('24h') }),
  answer: Overview,
  read: async (reader, { range }) => {
    const { seconds, interval } = RANGES[range]
    const now = new Date()
    const { alerts, generations, ...rows } = await readOverview(reader, before(now, seconds), interval)
    const oldest = alerts.find(({ kind }) => kind === 'oldest_waiting')?.since ?? null
    return {
      range,
      interval,
      ...rows,
      generations: generations.map(({ status, count }) => ({ status, count })),
      attention: alerts.flatMap((alert) => attentionOf(alert, now) ?? []),
      oldestWaitingSeconds: oldest && secondsSince(oldest, now),
    }
  },
})

const before = (now: Date, seconds: number): Date => new Date(now.getTime() - seconds * 1_000)

const secondsSince = (time: Date, now: Date): number => Math.max(0, (now.getTime() - time.getTime()) / 1_000)

/** A matter that somebody should look at; null if all is well. */
function attentionOf(
  { kind, count, since }: OverviewRows['alerts'][number],
  now: Date,
): z.input<typeof Attention> | null {
  if (count === 0 || since === null) return null
  const seconds = secondsSince(since, now)
  const some = (one: string, more: string) => (count === 1 ? `1 ${one}` : `${count} ${more}`)
  if (kind === 'dead_letters') {
    const text = `${some('dead letter is', 'dead letters are')} open.`
    return { kind, text, count, since, link: '/d' }
  }
  if (kind === 'oldest_waiting' && seconds > WAITING_SECONDS) {
    const text = `${some('event waits', 'events wait')}, the oldest for ${duration(seconds)}.`
    return { kind, text, count, since, link: '/events?status=received' }
  }
  if (kind === 'effects_waiting') {
    const text = `${some('effect waits', 'effects wait')} for another system, the oldest for ${duration(seconds)}.`
    return { kind, text, count, since, link: '/d' }
  }
  if (kind === 'host_unreachable') {
    const text = `The host application has taken no message for ${duration(seconds)}.`
    return { kind, text, count, since, link: '/' }
  }
  if (kind === 'no_event' && seconds > SILENT_SECONDS)
    return { kind, text: `No event has arrived for ${duration(seconds)}.`, count: null, since, link: '/events' }
  return null
}

function duration(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} seconds`
  if (seconds < 7_200) return `${Math.round(seconds / 60)} minutes`
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} hours` : `${Math.round(seconds / 86_400)} days`
}
