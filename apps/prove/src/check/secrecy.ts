import { eventually, startApp } from '@sluice/testing'
import type { FaultContext } from '../fault.ts'
import { canariesOf, foundIn } from './canaries.ts'
import { readAll } from './read-redis.ts'

/** Looks for secrets and personal data in logs, metrics, Redis and the board. */
export async function checkSecrecy(context: FaultContext): Promise<string[]> {
  const { traffic } = context
  const { urlOf } = context.redis
  const env = { ...context.env, REDIS_INGEST: urlOf('sluice_ingest'), REDIS_WORKER: urlOf('sluice_worker') }
  const bodies = traffic.deliveries.map(({ event }) => event.body)
  const canaries = canariesOf(env, traffic.secrets, bodies)
  const redis = await readAll(context.redis.url)
  const places = [
    ...[...context.ingests, ...context.workers].map(({ name, output }) => [`the output of ${name}`, output()] as const),
    ...(await metricsOf(context)),
    ['Redis', redis] as const,
    ['the board', await boardOf(context)] as const,
  ]
  const wrong = places.flatMap(([place, text]) => foundIn(text, canaries).map((what) => `${place} holds ${what}`))
  return redis.includes('"rawBody"') ? [...wrong, 'Redis holds the body of an event that the inbox has'] : wrong
}

async function metricsOf({ ingests, workers }: FaultContext): Promise<[string, string][]> {
  // An app may be restarting.
  const read = (url: string) => eventually(async () => (await fetch(`${url}/metrics`)).text(), 30_000)
  return Promise.all(
    [...ingests, ...workers].map(
      async ({ name, url }): Promise<[string, string]> => [`/metrics of ${name}`, await read(url)],
    ),
  )
}

const STATES = ['completed', 'failed', 'waiting', 'delayed', 'active']

/** Starts a board and returns a page of every queue and state, and the board's own output. */
async function boardOf({ redis, ...context }: FaultContext): Promise<string> {
  const env: Record<string, string> = { ...context.env, REDIS_URL: redis.urlOf('sluice_board') }
  const board = await startApp('board', { env })
  const login = Buffer.from(`${env['BOARD_USER']}:${env['BOARD_PASSWORD']}`).toString('base64')
  const show = async (query = '') => {
    const headers = { authorization: `Basic ${login}` }
    const answer = await fetch(`${board.url}/queues/api/queues${query}`, { headers })
    if (!answer.ok) throw new Error(`the board answered ${answer.status}`)
    return answer.text()
  }
  try {
    const { queues } = JSON.parse(await show()) as { queues: { name: string }[] }
    const pages = queues.flatMap(({ name }) =>
      STATES.map((state) => `?activeQueue=${name}&status=${state}&page=1&jobsPerPage=100`),
    )
    return [...(await Promise.all(pages.map(show))), board.output()].join('\n')
  } finally {
    await board.kill()
  }
}
