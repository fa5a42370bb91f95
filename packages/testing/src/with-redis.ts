import { randomBytes } from 'node:crypto'
import { type LocalRedis, type RedisOptions, startRedis, type User } from '@sluice/dev-services'
import { Redis } from 'ioredis'
import { withFolder } from './with-folder.ts'

export interface TestRedis {
  url: string
  /** As a user with the rights of one process. */
  urlOf(user: User): string
  /** Runs one command, as the owner. */
  call(command: string, ...args: (string | number)[]): Promise<unknown>
  /** Runs FLUSHALL. */
  flush(): Promise<void>
  stop(): Promise<void>
  /** Kills it. Everything that it acknowledged is there after `start`. */
  crash(): Promise<void>
  /** On the same port as before. */
  start(): Promise<void>
  /** It accepts connections and answers nothing, until `thaw`. */
  freeze(): void
  thaw(): void
}

/** The owner's password of every Redis of this process: replicas and the nodes of a Cluster need the same. */
const PASSWORD = randomBytes(12).toString('hex')

/** A Redis for one test, deleted afterwards. @param settings further lines of `redis.conf`. */
export function withRedis<T>(use: (redis: TestRedis) => Promise<T>, settings: Record<string, string> = {}): Promise<T> {
  return withFolder(async (directory) => {
    let running = await startOrFail({ directory, settings, password: PASSWORD })
    const { url, port, urlOf } = running
    const signal = (name: NodeJS.Signals) => void process.kill(running.pid, name)
    const end = async (how: 'stop' | 'crash') => {
      await running[how]()
    }
    try {
      return await use({
        url,
        urlOf,
        call: (command, ...args) => call(url, command, args),
        flush: async () => void (await call(url, 'FLUSHALL', [])),
        stop: () => end('stop'),
        crash: () => end('crash'),
        start: async () => {
          running = await startOrFail({ directory, port, settings, password: PASSWORD })
        },
        freeze: () => signal('SIGSTOP'),
        thaw: () => signal('SIGCONT'),
      })
    } finally {
      await running.crash()
    }
  })
}

async function startOrFail(options: RedisOptions): Promise<LocalRedis> {
  const redis = await startRedis(options)
  if (!redis) throw new Error('There is no redis-server on PATH.')
  return redis
}

async function call(url: string, command: string, args: (string | number)[]): Promise<unknown> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null })
  await client.connect()
  try {
    return await client.call(command, ...args)
  } finally {
    client.disconnect()
  }
}
