import { expect, test } from '@jest/globals'
import { ignored } from '@sluice/events'
import { decide } from '@sluice/handlers'
import { handlerVersionOf } from '../../src/actions/handler-version.ts'
import { readEnvironment } from '../../src/environment.ts'

const ENV = { WORKER_DATABASE_URL: 'postgres://127.0.0.1/none', REDIS_URL: 'redis://127.0.0.1' }
const versionWith = (more: Record<string, string> = {}, handler: typeof decide = decide) =>
  handlerVersionOf(readEnvironment({ ...ENV, ...more }), handler)()

test('the version of the handlers is that of their code and of the settings that decide', () => {
  expect(versionWith()).toMatch(/^[0-9a-f]{12}$/)
  expect(versionWith({ LOG_LEVEL: 'warn', WORKER_CONCURRENCY: '3' })).toBe(versionWith())
  expect(versionWith({ PREMIUM_PRICES: 'price_1' })).not.toBe(versionWith())
  expect(versionWith({}, () => ignored('another one'))).not.toBe(versionWith())
})
