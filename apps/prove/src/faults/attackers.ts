import { setTimeout as pause } from 'node:timers/promises'
import { startApp } from '@sluice/testing'
import { p99 } from '../check/neighbours.ts'
import type { Fault, FaultContext } from '../fault.ts'
import { holdIdle, holdUploads, pipeline, pollPage, type Release, together, type Upload } from '../load/attackers.ts'
import { ask } from '../stack/ask-app.ts'
import { BUDGET } from './budgets.ts'

const ATTACK_MS = 8_000
/** Answers may take twice as long as before; less than this does not count. */
const ANSWER_MS = 250

/** While somebody attacks, valid requests are answered, as fast as before, and both ingests say that they live. */
const attack = (id: string, title: string, begin: (context: FaultContext) => Promise<Release>): Fault => ({
  id,
  title,
  sparesOthers: true,
  budgetSeconds: BUDGET.redisBack,
  inject: async (context) => {
    const { traffic, ingests, problems, notes } = context
    const times = (from: number) =>
      p99(traffic.deliveries.slice(from).flatMap(({ attempts }) => attempts.map(({ ms }) => ms)))
    const before = times(0)
    const from = traffic.deliveries.length
    const end = await begin(context)
    await pause(ATTACK_MS)
    for (const ingest of ingests) {
      const { status } = await ask(ingest, '/healthz')
      if (status !== 200) problems.push(`${ingest.name} answered ${status} when asked whether it lives`)
      if (ingest.ends.length > 0) problems.push(`${ingest.name} did not survive it`)
    }
    end()
    const during = times(from)
    notes.push(`answers took ${during} ms, ${before} ms before (p99)`)
    if (during > Math.max(2 * before, ANSWER_MS)) problems.push(`answers took ${during} ms, ${before} ms before (p99)`)
    const broken = traffic.deliveries.flatMap(({ attempts }) => attempts.flatMap(({ error }) => error ?? []))
    if (broken.length > 0) problems.push(`${broken.length} valid requests were not answered: ${[...new Set(broken)]}`)
  },
})

const UPLOAD_BYTES = 4_900_000
const REPLICATE = '/webhooks/replicate'

const uploads = (id: string, title: string, headers?: () => Record<string, string>): Fault =>
  attack(id, title, async ({ ingests }) => {
    const upload: Upload = { path: REPLICATE, bytes: UPLOAD_BYTES, ...(headers && { headers: headers() }) }
    return together(ingests.map(({ url }) => holdUploads(url, 150, upload)))
  })

const madeUpSignature = () => ({
  'webhook-id': 'msg_attack',
  'webhook-timestamp': `${Math.floor(Date.now() / 1_000)}`,
  'webhook-signature': `v1,${Buffer.alloc(32).toString('base64')}`,
})

/** More connections than an ingest accepts in all. */
const IDLE_CONNECTIONS = 4_200
const GUESSES = 600
/** The limit is ten. */
const GUESSES_MAX = 20

export const attackers: Fault[] = [
  uploads('F64', 'Three hundred uploads of 4.9 MB without a signature never end'),
  uploads('F64b', 'Three hundred uploads of 4.9 MB with a made-up signature never end', madeUpSignature),
  attack('F68', 'One address opens 4,200 idle connections to each ingest', async ({ ingests }) =>
    together(ingests.map(({ url }) => holdIdle(url, IDLE_CONNECTIONS))),
  ),
  attack('F76', 'A hundred clients read the metrics of each ingest without a pause', async ({ ingests, notes }) => {
    const polls = ingests.map(({ url }) => pollPage(url, '/metrics', 100, ATTACK_MS))
    void Promise.all(polls).then((answers) => notes.push(`${answers.join(' and ')} answers with metrics`))
    return () => {}
  }),
  {
    id: 'F73',
    title: 'Somebody guesses the password of the board six hundred times over one connection',
    budgetSeconds: BUDGET.redisBack,
    inject: async ({ env, redis, problems, notes }) => {
      const board = await startApp('board', { env: { ...env, REDIS_URL: redis.urlOf('sluice_board') } })
      try {
        const statuses = await pipeline(
          board.url,
          Array.from({ length: GUESSES }, (_, index) => guess(`guess-${index}`)),
        )
        const tried = statuses.filter((status) => status === 401).length
        notes.push(`${tried} of ${GUESSES} guesses were compared`)
        if (tried > GUESSES_MAX) problems.push(`the board compared ${tried} of ${GUESSES} guesses`)
        if (!statuses.some((status) => status === 401 || status === 429)) problems.push('the board answered nothing')
        if (!/"level":"(warn|error)"/.test(board.output())) problems.push('the board logs no failed login')
      } finally {
        await board.kill()
      }
    },
  },
]

function guess(password: string): string {
  const login = Buffer.from(`admin:${password}`).toString('base64')
  return `GET /queues/api/queues HTTP/1.1\r\nhost: board\r\nauthorization: Basic ${login}\r\n\r\n`
}
