import { type Stack, type TestApp, withStack } from '@sluice/testing'
import { Redis } from 'ioredis'

export interface HardenedStack extends Stack {
  ingest: TestApp
  worker: TestApp
  board: TestApp
  apps: TestApp[]
  /** Redis as its owner, with all rights. */
  owner: Redis
}

/** All apps as compose runs them: in production mode, each with its own database role and its own user of Redis. */
export const withHardenedStack = <T>(env: Record<string, string>, use: (stack: HardenedStack) => Promise<T>) =>
  withStack({ ingests: 0, workers: 0, env: { NODE_ENV: 'production', ...env } }, async (stack) => {
    const owner = new Redis(stack.redis.url)
    const started = (['ingest', 'worker', 'board'] as const).map((name) =>
      stack.start(name, { env: { REDIS_URL: stack.redis.urlOf(`sluice_${name}`), DATABASE_URL: undefined } }),
    )
    try {
      await Promise.allSettled(started)
      const [ingest, worker, board] = (await Promise.all(started)) as [TestApp, TestApp, TestApp]
      const apps = [ingest, worker, board]
      const post: Stack['post'] = () => Promise.reject(new Error('this stack is sent to by send'))
      return await use({ ...stack, post, ingests: [ingest], ingest, worker, board, apps, owner })
    } finally {
      owner.disconnect()
    }
  })
