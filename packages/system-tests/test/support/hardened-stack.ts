import { type Stack, type TestApp, withStack } from '@sluice/testing'
import { Redis } from 'ioredis'
import { yamlOf } from './deploy/files.ts'

const PASSWORD = 'of-the-tests'

export interface HardenedStack extends Stack {
  ingest: TestApp
  worker: TestApp
  board: TestApp
  apps: TestApp[]
  /** Redis as its owner, with all rights. */
  owner: Redis
  /** Redis as the apps see it. */
  asApp: Redis
}

/** All apps as compose runs them: in production mode, each with its own database role and Redis' user for apps. */
export const withHardenedStack = <T>(env: Record<string, string>, use: (stack: HardenedStack) => Promise<T>) =>
  withStack({ ingests: 0, workers: 0, env: { NODE_ENV: 'production', ...env } }, async (stack) => {
    const url = new URL(stack.redis.url)
    url.username = 'sluice'
    url.password = PASSWORD
    const owner = new Redis(stack.redis.url)
    await owner.call('ACL', 'SETUSER', 'sluice', ...rulesOfCompose())
    const asApp = new Redis(url.href)
    const started = (['ingest', 'worker', 'board'] as const).map((name) =>
      stack.start(name, { env: { REDIS_URL: url.href, DATABASE_URL: undefined } }),
    )
    try {
      await Promise.allSettled(started)
      const [ingest, worker, board] = (await Promise.all(started)) as [TestApp, TestApp, TestApp]
      const apps = [ingest, worker, board]
      const post: Stack['post'] = () => Promise.reject(new Error('this stack is sent to by send'))
      return await use({ ...stack, post, ingests: [ingest], ingest, worker, board, apps, owner, asApp })
    } finally {
      owner.disconnect()
      asApp.disconnect()
    }
  })

/** The rights in Redis that docker/compose.yml gives the apps. */
function rulesOfCompose(): string[] {
  const words: string[] = yamlOf('docker/compose.yml').services.redis.command
  const start = words.indexOf('--user') + 2
  const end = words.findIndex((word, index) => index >= start && word.startsWith('--'))
  return words.slice(start, end < 0 ? undefined : end).map((word) => word.replace(/\$\{.*\}/, PASSWORD))
}
