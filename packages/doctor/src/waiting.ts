import type { Pool } from '@sluice/database/pool'
import { countUnfinishedEffects, countUnsettledEvents, type UnsettledEvents } from '@sluice/database/waiting'
import { type Finding, found, good } from './finding.ts'

/** As the alerts on the same ages: an event that fails is retried within this time, and effects may take longer. */
const EVENT_SECONDS_MAX = 300
const EFFECT_SECONDS_MAX = 900

const RUNBOOK = 'docker/README.md, Effects wait'

const EVENT_ADVICE: Record<UnsettledEvents['cause'], string> = {
  queue: 'They wait for a worker: is one running, and does Redis take writes?',
  lock: 'Another session holds a lock: the workers log its process id.',
  generation_job: 'Your application has not inserted their rows into generation_jobs.',
  provider: 'The API of the provider does not answer: check its key and its status page.',
  retry: 'An attempt failed: sluice events show <id> has the cause.',
}

const EFFECT_ADVICE: Record<string, string> = {
  unreachable: 'No connection to the other server: is it running, and is its address right?',
  unavailable: 'The other server cannot serve now.',
  rate_limited: 'The other server asks for fewer requests.',
  deferred: 'The mail server takes them later.',
  access_denied: 'The login is refused, or may not do this: check user, password and rights.',
  clock_or_token: 'The clock of the worker is wrong, or a token has expired.',
  no_space: 'The disk or quota is full: make room.',
  read_only: 'The disk cannot be written to.',
  retry: 'An attempt failed: the log of the workers has the cause.',
  queue: 'They wait for a worker: is one running, and does Redis take writes?',
}

/** Events and effects that have not ended, by cause. Those that have waited for long need attention. */
export async function checkWaiting(pool: Pool): Promise<Finding[]> {
  const events = await countUnsettledEvents(pool)
  const effects = await countUnfinishedEffects(pool)
  return [
    ...(events.length === 0 ? [good('Waiting events', 'none')] : []),
    ...events.map((one) => judge('Waiting events', one, EVENT_SECONDS_MAX, EVENT_ADVICE[one.cause])),
    ...(effects.length === 0 ? [good('Waiting effects', 'none')] : []),
    ...effects.map((one) => judge('Waiting effects', one, EFFECT_SECONDS_MAX, EFFECT_ADVICE[one.cause] ?? RUNBOOK)),
  ]
}

interface Waiting {
  kind?: string
  cause: string
  count: number
  ageSeconds: number
}

function judge(
  check: string,
  { kind, cause, count, ageSeconds }: Waiting,
  secondsMax: number,
  advice: string,
): Finding {
  const says = `${count}${kind ? ` ${kind}` : ''}, ${cause}, the oldest for ${duration(ageSeconds)}`
  return ageSeconds > secondsMax ? found(check, `${says}. ${advice}`) : good(check, says)
}

function duration(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`
  return `${Math.round(seconds / 3_600)} h`
}
