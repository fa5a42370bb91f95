import { createInbox } from '@sluice/database/append'
import { type Commit, createCommit } from '@sluice/database/commit'
import type { Pool } from '@sluice/database/pool'
import { EventError, type ReceivedEvent, RefusalError, type VerifiedEvent } from '@sluice/events'
import { decide } from '@sluice/handlers'
import { providerOf } from '@sluice/providers'
import type { Random } from '@sluice/simulator'
import type { Input } from './seeds.ts'

/** Processor time for each kilobyte of a body; ten are free, because the first call of a path compiles it. */
const MS_PER_KB_MAX = 50
const KB_FREE = 10

export interface Verdict {
  /** The law that it broke, and how; null if it broke none. */
  broken: string | null
  /** The event, if its signature held and it is one. */
  event: VerifiedEvent | null
}

const SECRET = 'whsec_dGhlIGZ1enplcidzIG93biBzZWNyZXQga2V5ISE='

/** Verification and handlers either succeed or refuse with a reason, in a time that grows with the body alone. */
export function judge({ provider: name, body }: Input, random: Random): Verdict {
  const provider = providerOf(name)
  const bytes = Buffer.from(body)
  const signed = provider.sign(body, SECRET, { id: `msg_${random.id('', 12)}` })
  const headers = random.chance(0.1) ? oddHeaders(signed, random) : signed
  const run = (): Verdict => {
    let event: VerifiedEvent
    try {
      event = provider.verify({ headers, body: bytes }, [SECRET], { toleranceSeconds: 300 })
    } catch (error) {
      return { broken: error instanceof RefusalError ? null : `verify threw ${describe(error)}`, event: null }
    }
    return { broken: decideOn(event), event }
  }
  const slow = () => {
    const before = process.cpuUsage()
    const verdict = run()
    const { user, system } = process.cpuUsage(before)
    return { verdict, ms: (user + system) / 1_000 }
  }
  const first = slow()
  const allowed = MS_PER_KB_MAX * Math.max(bytes.length / 1_024, KB_FREE)
  if (first.ms <= allowed) return first.verdict
  const ms = Math.min(slow().ms, slow().ms)
  return ms <= allowed ? first.verdict : { ...first.verdict, broken: `slow: ${Math.round(ms)} ms` }
}

function decideOn(event: VerifiedEvent): string | null {
  try {
    const received: ReceivedEvent = { ...event, payload: JSON.parse(event.rawBody.toString('utf8')) }
    decide(received)
    return null
  } catch (error) {
    return error instanceof EventError ? null : `handler of ${event.type.slice(0, 60)} threw ${describe(error)}`
  }
}

const describe = (error: unknown): string => {
  const { name, message } = error as Error
  return `${name}: ${String(message).slice(0, 200)}`
}

/** Headers near those that the provider would send. */
function oddHeaders(headers: Record<string, string>, random: Random): Record<string, string> {
  const names = Object.keys(headers) as [string, ...string[]]
  const name = random.pick(names)
  const value = headers[name] ?? ''
  const odd = random.pick([
    '',
    ',',
    '=',
    `${value},${value}`,
    value.replace('=', '==='),
    value.replaceAll(/\d/g, '9'),
    value.slice(0, -1),
    `${value},v1=${'a'.repeat(8_000)}`,
    'v1,'.repeat(2_000),
    't=-1,v1=é',
  ])
  return { ...headers, [name]: odd }
}

/** Commits events, and names those that broke a law: an outage, or a value that only Postgres refused. */
export function createJudgeOfCommits(pool: Pool): (events: VerifiedEvent[]) => Promise<[VerifiedEvent, string][]> {
  const inbox = createInbox(pool)
  const commit: Commit = createCommit(pool, { decide, pastDueIsActive: true, jobWaitSeconds: 0 })
  let count = 0
  return async (events) => {
    const byId = new Map<string, VerifiedEvent>()
    const broken: [VerifiedEvent, string][] = []
    for (const event of events) {
      count += 1
      try {
        const { id } = await inbox.append({ ...event, eventId: `evt_${count}` })
        byId.set(id, event)
      } catch (error) {
        broken.push([event, `the inbox threw ${describe(error)}`])
      }
    }
    try {
      for (const [id, settled] of await commit([...byId.keys()])) {
        const isOdd = !['processed', 'ignored', 'failed'].includes(settled.outcome)
        const why = settled.outcome === 'failed' ? faultOf(settled.code) : isOdd ? settled.outcome : null
        if (why !== null) broken.push([byId.get(id) as VerifiedEvent, `the commit ended ${why}`])
      }
    } catch (error) {
      for (const event of byId.values()) broken.push([event, `the commit of its batch threw ${describe(error)}`])
    }
    return broken
  }
}

/** A handler may refuse an object. Everything else, such as an SQLSTATE, is found too late. */
const faultOf = (code: string): string | null => (code.startsWith('invalid_') ? null : code)
