import { entryOf } from '@sluice/testing'
import { type Server, startServer } from '../setup/server.ts'
import type { Stores } from '../setup/stores.ts'

const USER = 'bench'
const PASSWORD = 'the password of the benchmark'

const HEADERS = { Authorization: `Basic ${Buffer.from(`${USER}:${PASSWORD}`).toString('base64')}` }

/** The page asks for the overview so often. */
const OVERVIEW_MS = 30_000

export interface Board extends Server {
  /** Milliseconds until the whole answer has come, and whether it is one: a statement that takes too long has none. */
  ask(path: string): Promise<{ milliseconds: number; isAnswered: boolean }>
  /** Asks for the same as a tab on Live and one on Overview, until the returned function is called. */
  openTabs(): () => void
}

/** The board in production mode with default settings. */
export async function startBoard(stores: Stores, core: string | undefined): Promise<Board> {
  const server = await startServer({
    name: 'board',
    script: entryOf('board'),
    portVariable: 'BOARD_PORT',
    readyPath: '/readyz',
    folder: stores.folder,
    core,
    env: {
      NODE_ENV: 'production',
      REDIS_URL: stores.redisUrl,
      BOARD_DATABASE_URL: stores.boardUrl,
      BOARD_USER: USER,
      BOARD_PASSWORD: PASSWORD,
    },
  })
  const get = (path: string, signal?: AbortSignal) =>
    fetch(`http://127.0.0.1:${server.port}/api${path}`, { headers: HEADERS, ...(signal && { signal }) })

  const ask: Board['ask'] = async (path) => {
    const startedAt = performance.now()
    const answer = await get(path)
    await answer.arrayBuffer()
    return { milliseconds: performance.now() - startedAt, isAnswered: answer.status < 500 }
  }

  return {
    ...server,
    ask,
    openTabs: () => {
      const closing = new AbortController()
      const overview = () => void ask('/overview?range=24h').catch(() => {})
      const timer = setInterval(overview, OVERVIEW_MS)
      overview()
      void readAll(get('/stream', closing.signal)).catch(() => {}) // it ends with the tab
      return () => {
        clearInterval(timer)
        closing.abort()
      }
    },
  }
}

async function readAll(answer: Promise<Response>): Promise<void> {
  for await (const _ of (await answer).body ?? []);
}
