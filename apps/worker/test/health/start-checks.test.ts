import { expect, test } from '@jest/globals'
import type { Producer } from '@sluice/queue'
import type { Logger } from '@sluice/runtime/logger'
import { eventually } from '@sluice/testing'
import { readEnvironment } from '../../src/environment.ts'
import { refuseEviction, warnOfMode } from '../../src/health/start-checks.ts'

test.each([
  [{ STRIPE_API_KEY: 'sk_test_1', LIVEMODE: 'true' }, 1],
  [{ STRIPE_API_KEY: 'rk_live_1', LIVEMODE: 'false' }, 1],
  [{ STRIPE_API_KEY: 'sk_test_1', LIVEMODE: 'false' }, 0],
  [{ STRIPE_API_KEY: 'sk_live_1', LIVEMODE: 'true' }, 0],
  [{ STRIPE_API_KEY: 'sk_live_1' }, 0],
  [{ LIVEMODE: 'true' }, 0],
  [{ NODE_ENV: 'production' }, 1],
  [{ NODE_ENV: 'production', LIVEMODE: 'false' }, 0],
])(
  'a missing mode in production, and a key of the wrong mode, never shown, are warned of: %j',
  (variables, warnings) => {
    const said: string[] = []
    const logger = { warn: (...words: unknown[]) => said.push(JSON.stringify(words)) } as unknown as Logger
    const stores = { WORKER_DATABASE_URL: 'postgres://db/sluice', REDIS_URL: 'redis://redis' }
    warnOfMode(readEnvironment({ ...stores, ...variables }), logger)
    expect(said).toHaveLength(warnings)
    expect(said.join()).not.toContain('_1')
  },
)

test.each([
  ['STRIPE_API_KEY', 'whsec_1'],
  ['STRIPE_API_BASE', 'api.stripe.com'],
  ['STRIPE_API_BASE', 'ftp://api.stripe.com'],
])('%s = %s is refused by name, and not repeated', (name, value) => {
  const stores = { WORKER_DATABASE_URL: 'postgres://db/sluice', REDIS_URL: 'redis://redis' }
  const read = () => readEnvironment({ ...stores, [name]: value })
  expect(read).toThrow(new RegExp(`^${name} must be`))
  expect(read).not.toThrow(value)
})

test('a start goes on when Redis answers too late, and the eviction policy is looked at until it is known', async () => {
  const said: string[] = []
  const logger = { error: (message: string) => said.push(message) } as unknown as Logger
  const answers = [Promise.reject(new Error('Command timed out')), Promise.resolve(['maxmemory_policy:allkeys-lru'])]
  const memory = () => answers.shift() as Promise<string[]>
  await refuseEviction({ redis: { status: 'ready' }, memory } as unknown as Producer, false, logger)
  expect(said).toEqual([])
  await eventually(() => expect(said).toEqual([expect.stringContaining('policy allkeys-lru')]))
})
