import { describe, expect, test } from '@jest/globals'
import { readEnvironment } from '../src/environment.ts'

const needed = { DATABASE_URL: 'postgres://a@localhost/a', REDIS_URL: 'redis://localhost' }
const read = (more: Record<string, string>) => readEnvironment({ ...needed, ...more })

describe('the environment of ingest', () => {
  test('has defaults for all but the stores', () => {
    expect(read({})).toEqual({
      port: 3000,
      databaseUrl: needed.DATABASE_URL,
      queue: { url: needed.REDIS_URL, shards: 1 },
      logLevel: 'info',
      shutdownTimeoutMs: 10_000,
      settings: {
        production: false,
        hasOpsPort: false,
        secrets: { stripe: [], replicate: [] },
        toleranceSeconds: 300,
        rateLimitPerMinute: 100,
        rateLimitScope: 'rejected',
        trustProxy: 0,
        allowedAddresses: { stripe: [], replicate: [] },
      },
    })
  })

  test('takes several secrets, with the white space that copying leaves', () => {
    const { secrets } = read({ STRIPE_WEBHOOK_SECRET: ' whsec_a, whsec_b\n', NODE_ENV: 'production' }).settings
    expect(secrets).toEqual({ stripe: ['whsec_a', 'whsec_b'], replicate: [] })
  })

  test('refuses a secret that is nothing but its prefix', () => {
    expect(() => read({ STRIPE_WEBHOOK_SECRET: 'whsec_' })).toThrow(/^STRIPE_WEBHOOK_SECRET must/)
    expect(() => read({ REPLICATE_WEBHOOK_SECRET: 'whsec_' })).toThrow(/^REPLICATE_WEBHOOK_SECRET must/)
  })

  test('of production needs a signing secret', () => {
    expect(() => read({ NODE_ENV: 'production' })).toThrow(
      'REPLICATE_WEBHOOK_SECRET or STRIPE_WEBHOOK_SECRET must be set in production',
    )
  })

  test.each([
    ['WEBHOOK_TOLERANCE_SECONDS', '0'],
    ['WEBHOOK_RATE_LIMIT_SCOPE', 'none'],
    ['STRIPE_WEBHOOK_SECRET', 'hunter 2'],
    ['STRIPE_WEBHOOK_SECRET', '"whsec_hunter2"'],
    ['STRIPE_WEBHOOK_SECRET', 'sk_live_hunter2'],
    ['STRIPE_WEBHOOK_SECRET', 'whsec_hunter2,x'],
    ['REPLICATE_WEBHOOK_SECRET', 'aHVudGVyMg=='],
    ['REPLICATE_WEBHOOK_SECRET', 'r8_hunter2'],
    ['REPLICATE_WEBHOOK_SECRET', 'whsec_!hunter2'],
    ['STRIPE_ALLOWED_IPS', '10.0.0.0/33'],
    ['STRIPE_ALLOWED_IPS', '10.0.0.1,localhost'],
    ['STRIPE_ALLOWED_IPS', '10.0.0.0/'],
    ['TRUST_PROXY', 'true'],
  ])('names %s when it is %s, and never says what it was', (name, value) => {
    expect(() => read({ [name]: value })).toThrow(
      expect.objectContaining({
        name: 'EnvironmentError',
        message: expect.stringMatching(new RegExp(`^${name} must`)),
      }),
    )
    expect(() => read({ [name]: value })).not.toThrow(value.length > 3 ? value : /hunter/)
  })
})
