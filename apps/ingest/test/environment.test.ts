import { describe, expect, test } from '@jest/globals'
import { readEnvironment } from '../src/environment.ts'

const needed = { DATABASE_URL: 'postgres://a@localhost/a', REDIS_URL: 'redis://localhost' }
const read = (more: Record<string, string>) => readEnvironment({ ...needed, ...more })

const [A, B] = [`whsec_${'a'.repeat(32)}`, `whsec_${'b'.repeat(64)}`]
const base64 = (bytes: number) => Buffer.alloc(bytes, 'r').toString('base64')

describe('the environment of ingest', () => {
  test('has defaults for all but the stores', () => {
    expect(read({})).toEqual({
      port: 3000,
      databaseUrl: needed.DATABASE_URL,
      placement: { schema: 'sluice', rolePrefix: 'sluice_' },
      queue: { url: needed.REDIS_URL, shards: 1, prefix: 'sluice' },
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
    const { secrets } = read({ STRIPE_WEBHOOK_SECRET: ` ${A}, ${B}\n`, NODE_ENV: 'production' }).settings
    expect(secrets).toEqual({ stripe: [A, B], replicate: [] })
  })

  test('refuses a secret that is nothing but its prefix', () => {
    expect(() => read({ STRIPE_WEBHOOK_SECRET: 'whsec_' })).toThrow(/^STRIPE_WEBHOOK_SECRET must/)
    expect(() => read({ REPLICATE_WEBHOOK_SECRET: 'whsec_' })).toThrow(/^REPLICATE_WEBHOOK_SECRET must/)
  })

  test.each([
    ...[A, B, `whsec_${'a'.repeat(16)}`].map((secret) => ['STRIPE_WEBHOOK_SECRET', secret]),
    ...[24, 25, 26, 32, 64].map((bytes) => ['REPLICATE_WEBHOOK_SECRET', `whsec_${base64(bytes)}`]),
    ['REPLICATE_WEBHOOK_SECRET', `whsec_${base64(25).replaceAll('=', '')}`],
  ])('of production takes %s=%s', (name = '', value = '') => {
    expect(Object.values(read({ NODE_ENV: 'production', [name]: value }).settings.secrets).flat()).toEqual([value])
  })

  test.each([
    ...['whsec_', 'x', `whsec_${'a'.repeat(15)}`, `sk_live_${A}`, `rk_live_${A}`, `${A},x`].map((secret) => [
      'STRIPE_WEBHOOK_SECRET',
      secret,
    ]),
    ...['whsec_', 'x', `whsec_${base64(23)}`, `whsec_${base64(65)}`, base64(32)].map((secret) => [
      'REPLICATE_WEBHOOK_SECRET',
      secret,
    ]),
  ])('of production refuses %s=%s in one line without it', (name = '', value = '') => {
    const start = () => read({ NODE_ENV: 'production', [name]: value })
    expect(start).toThrow(
      expect.objectContaining({
        name: 'EnvironmentError',
        message: expect.stringMatching(new RegExp(`^${name} must be the signing secret [^\n]*whsec_ and[^\n]*$`)),
      }),
    )
    if (value.length > 8) expect(start).not.toThrow(value)
  })

  test.each([`"${A}"`, `'${A}'`])('of production refuses the quotes of %s', (value) => {
    const start = () => read({ NODE_ENV: 'production', STRIPE_WEBHOOK_SECRET: value })
    expect(start).toThrow(/^STRIPE_WEBHOOK_SECRET must be without the quotes around it$/)
  })

  test('takes the ops port, which must be another one', () => {
    expect(read({ INGEST_OPS_PORT: '3010' })).toMatchObject({ opsPort: 3010, settings: { hasOpsPort: true } })
    expect(() => read({ INGEST_OPS_PORT: '3000' })).toThrow('INGEST_OPS_PORT must be another port than INGEST_PORT')
    expect(() => read({ INGEST_OPS_PORT: '70000' })).toThrow('INGEST_OPS_PORT must be a whole number')
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
