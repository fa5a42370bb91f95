import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { SECRETS } from '@sluice/testing'
import type { FileOptions, SmtpFailure } from '@sluice/testing/stand-ins'
import type { Fault } from '../fault.ts'
import type { Delivered } from '../load/journal.ts'
import type { World } from '../world/world.ts'
import { BUDGET } from './budgets.ts'
import { harmless } from './extra-events.ts'
import { p99 } from './waits.ts'

const NEXT = {
  stripe: 'whsec_dGhlIHNlY3JldCBhZnRlciB0aGUgcm90YXRpb24sIFN0cmlwZQ==',
  replicate: 'whsec_dGhlIHNlY3JldCBhZnRlciB0aGUgcm90YXRpb24=',
}

/** How hosts of files fail and come right again. Every other file is served well. */
const BAD_FILES: FileOptions[] = [
  { status: 500, times: 2 },
  { status: 429, times: 1 },
  { breaksAfter: 4, times: 2 },
  { status: 503, times: 3 },
]

const mailTrouble = (id: string, title: string, trouble: SmtpFailure): Fault => ({
  id,
  title,
  seconds: 8,
  budgetSeconds: BUDGET.backoff,
  inject: async ({ smtp }) => {
    smtp.failWith(trouble)
    return async () => smtp.recover()
  },
})

export const providers: Fault[] = [
  {
    id: 'F37',
    title: 'One event comes five hundred times at once',
    budgetSeconds: BUDGET.redisBack,
    inject: async ({ traffic }) => {
      const [event] = harmless('storm', 1)
      if (event) await Promise.all(Array.from({ length: 500 }, () => traffic.send(event)))
    },
  },
  {
    id: 'F44',
    title: 'Hosts of files fail, hold off and break off, then serve',
    budgetSeconds: BUDGET.backoff,
    files: (index) => (index % 2 === 0 ? (BAD_FILES[(index / 2) % BAD_FILES.length] ?? {}) : {}),
    inject: async () => {
      await pause(5_000)
    },
  },
  {
    id: 'F44b',
    title: 'The store of assets is away for 8 s',
    seconds: 8,
    budgetSeconds: BUDGET.backoff,
    inject: async ({ s3 }) => {
      await s3.stop()
      return () => s3.start()
    },
  },
  {
    id: 'F46',
    title: 'The mail server is away for 8 s',
    seconds: 8,
    budgetSeconds: BUDGET.backoff,
    inject: async ({ smtp }) => {
      await smtp.stop()
      return () => smtp.start()
    },
  },
  mailTrouble('F46b', 'The mail server takes letters and hangs up before it says so', 'hangs up after taking'),
  mailTrouble('F46c', 'The mail server is slower than anybody waits', { slowMs: 20_000 }),
  mailTrouble('F46d', 'The mail server says later to everything', { refuse: 451 }),
  {
    id: 'F47',
    title: 'Ten times as many events for 5 s',
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
    inject: async (world) => {
      await startWith(world, (name) => `${NEXT[name]},${SECRETS[name]}`)
      Object.assign(world.traffic.secrets, NEXT)
      await pause(2_000)
      await startWith(world, (name) => NEXT[name])
    },
  },
  {
    id: 'F52',
    title: 'Three hundred senders drip, others forge 200 events a second',
    budgetSeconds: BUDGET.redisBack,
    inject: async ({ ingests, traffic, wrong }) => {
      const before = p99(answerTimes(traffic.journal))
      const from = traffic.journal.length
      const drippers = ingests.flatMap(({ url }) => Array.from({ length: 150 }, () => drip(Number(new URL(url).port))))
      for (const end = Date.now() + 5_000; Date.now() < end; await pause(50))
        for (let one = 0; one < 10; one += 1) void forge(ingests[one % ingests.length]?.url ?? '')
      for (const stop of drippers) stop()
      const during = p99(answerTimes(traffic.journal.slice(from)))
      if (during > Math.max(2 * before, 250)) wrong.push(`answers took ${during} ms, ${before} ms before (p99)`)
    },
  },
]

async function startWith({ ingests }: World, secretOf: (name: 'stripe' | 'replicate') => string): Promise<void> {
  for (const ingest of ingests) {
    ingest.change({ STRIPE_WEBHOOK_SECRET: secretOf('stripe'), REPLICATE_WEBHOOK_SECRET: secretOf('replicate') })
    await ingest.kill('SIGTERM')
    await pause(600)
    await ingest.ready()
  }
}

const answerTimes = (journal: Delivered[]): number[] => journal.flatMap(({ attempts }) => attempts.map(({ ms }) => ms))

/** A request that comes byte by byte and never ends. */
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
