import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { SECRETS } from '@sluice/testing'
import type { FileOptions, SmtpFailure } from '@sluice/testing/stand-ins'
import { p99 } from '../check/neighbours.ts'
import type { Fault, FaultContext } from '../fault.ts'
import type { Delivery } from '../load/delivery.ts'
import { BUDGET } from './budgets.ts'
import { ignoredEvents } from './extra-events.ts'

const NEXT = {
  stripe: 'whsec_dGhlIHNlY3JldCBhZnRlciB0aGUgcm90YXRpb24sIFN0cmlwZQ==',
  replicate: 'whsec_dGhlIHNlY3JldCBhZnRlciB0aGUgcm90YXRpb24=',
}

/** How file hosts fail before they recover. Every other file is served at once. */
const BAD_FILES: FileOptions[] = [
  { status: 500, times: 2 },
  { status: 429, times: 1 },
  { breaksAfter: 4, times: 2 },
  { status: 503, times: 3 },
]

/** Pause before an e-mail is sent again that may have been delivered; by default minutes. */
const UNKNOWN_PAUSE_MS = 10_000

const mailFault = (id: string, title: string, failure: SmtpFailure, budgetSeconds: number = BUDGET.backoff): Fault => ({
  id,
  title,
  seconds: 8,
  sparesOthers: true,
  env: { EVENT_BACKOFF_MAX_MS: `${UNKNOWN_PAUSE_MS}` },
  budgetSeconds,
  inject: async ({ smtp }) => {
    smtp.failWith(failure)
    return async () => smtp.recover()
  },
})

export const providers: Fault[] = [
  {
    id: 'F37',
    title: 'One event comes five hundred times at once',
    budgetSeconds: BUDGET.redisBack,
    inject: async ({ traffic }) => {
      const [event] = ignoredEvents('storm', 1)
      if (event) await Promise.all(Array.from({ length: 500 }, () => traffic.send(event)))
    },
  },
  {
    id: 'F44',
    title: 'Hosts of files fail, hold off and break off, then serve',
    sparesOthers: true,
    budgetSeconds: BUDGET.backoff,
    files: (index) => (index % 2 === 0 ? (BAD_FILES[(index / 2) % BAD_FILES.length] ?? {}) : {}),
    inject: async () => {
      await pause(5_000)
    },
  },
  {
    id: 'F44b',
    title: 'The store of assets is down for 8 s',
    sparesOthers: true,
    seconds: 8,
    budgetSeconds: BUDGET.backoff,
    inject: async ({ s3 }) => {
      await s3.stop()
      return () => s3.start()
    },
  },
  {
    id: 'F46',
    title: 'The mail server is down for 8 s',
    sparesOthers: true,
    seconds: 8,
    budgetSeconds: BUDGET.backoff,
    inject: async ({ smtp }) => {
      await smtp.stop()
      return () => smtp.start()
    },
  },
  mailFault(
    'F46b',
    'The mail server takes e-mails and hangs up before it says so',
    'hangs up after taking',
    BUDGET.hangingMail,
  ),
  mailFault('F46c', 'The mail server is slower than anybody waits', { slowMs: 20_000 }, BUDGET.hangingMail),
  mailFault('F46d', 'The mail server says later to everything', { refuse: 451 }),
  {
    id: 'F47',
    title: 'Ten times as many events for 5 s',
    loads: ['base'],
    seconds: 5,
    budgetSeconds: BUDGET.swept,
    mayAnswer: [503],
    inject: async ({ traffic }) => {
      traffic.speed(10)
      return async () => traffic.speed(1)
    },
  },
  {
    id: 'F51',
    title: 'Signing secrets are rotated',
    budgetSeconds: BUDGET.redisBack,
    inject: async (context) => {
      await startWith(context, (name) => `${NEXT[name]},${SECRETS[name]}`)
      Object.assign(context.traffic.secrets, NEXT)
      await pause(2_000)
      await startWith(context, (name) => NEXT[name])
    },
  },
  {
    id: 'F52',
    title: 'Three hundred senders drip, others forge 200 events a second',
    sparesOthers: true,
    budgetSeconds: BUDGET.redisBack,
    inject: async ({ ingests, traffic, problems }) => {
      const before = p99(answerTimes(traffic.deliveries))
      const from = traffic.deliveries.length
      const drippers = ingests.flatMap(({ url }) => Array.from({ length: 150 }, () => drip(Number(new URL(url).port))))
      for (const end = Date.now() + 5_000; Date.now() < end; await pause(50))
        for (let one = 0; one < 10; one += 1) void forge(ingests[one % ingests.length]?.url ?? '')
      for (const stop of drippers) stop()
      const during = p99(answerTimes(traffic.deliveries.slice(from)))
      if (during > Math.max(2 * before, 250)) problems.push(`answers took ${during} ms, ${before} ms before (p99)`)
    },
  },
]

async function startWith({ ingests }: FaultContext, secretOf: (name: 'stripe' | 'replicate') => string): Promise<void> {
  for (const ingest of ingests) {
    ingest.change({ STRIPE_WEBHOOK_SECRET: secretOf('stripe'), REPLICATE_WEBHOOK_SECRET: secretOf('replicate') })
    await ingest.kill('SIGTERM')
    await pause(600)
    await ingest.ready()
  }
}

const answerTimes = (deliveries: Delivery[]): number[] =>
  deliveries.flatMap(({ attempts }) => attempts.map(({ ms }) => ms))

/** A request sent byte by byte that never ends. */
function drip(port: number): () => void {
  const socket = connect(port, '127.0.0.1').on('error', () => {})
  const timer = setInterval(() => socket.writable && socket.write('x'), 500)
  socket.write('POST /webhooks/stripe HTTP/1.1\r\nHost: ingest\r\nX-Drip: ')
  return () => {
    clearInterval(timer)
    socket.destroy()
  }
}

function forge(url: string): Promise<unknown> {
  const headers = {
    'content-type': 'application/json',
    'stripe-signature': `t=${Math.floor(Date.now() / 1_000)},v1=00`,
  }
  return fetch(`${url}/webhooks/stripe`, { method: 'POST', body: '{}', headers }).then(
    (response) => response.arrayBuffer(),
    () => null,
  )
}
