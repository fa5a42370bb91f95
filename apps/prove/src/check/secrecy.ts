import { startApp } from '@sluice/testing'
import type { World } from '../world/world.ts'
import { canariesOf, foundIn } from './canaries.ts'
import { readAll } from './redis.ts'

/** What of secrets, names, addresses and cards is where operators and machines look, once all is calm. */
export async function checkSecrecy(world: World): Promise<string[]> {
  const { env, traffic } = world
  const bodies = traffic.journal.map(({ event }) => event.body)
  const canaries = canariesOf(env, traffic.secrets, bodies)
  const redis = await readAll(world.redis.url)
  const places = [
    ...[...world.ingests, ...world.workers].map(({ name, output }) => [`what ${name} wrote`, output()] as const),
    ...(await metricsOf(world)),
    ['Redis', redis] as const,
    ['the board', await boardOf(world)] as const,
  ]
  const wrong = places.flatMap(([place, text]) => foundIn(text, canaries).map((what) => `${place} holds ${what}`))
  return redis.includes('"rawBody"') ? [...wrong, 'Redis holds the body of an event that the inbox has'] : wrong
}

async function metricsOf({ ingests, workers }: World): Promise<[string, string][]> {
  const read = async (url: string) => (await fetch(`${url}/metrics`)).text()
  return Promise.all(
    [...ingests, ...workers].map(
      async ({ name, url }): Promise<[string, string]> => [`/metrics of ${name}`, await read(url)],
    ),
  )
}

const STATES = ['completed', 'failed', 'waiting', 'delayed', 'active']

/** What a board that is started for it shows: a page of every queue and state; and what it wrote. */
async function boardOf({ env }: World): Promise<string> {
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
