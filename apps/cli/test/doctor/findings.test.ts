import { afterEach, describe, expect, test } from '@jest/globals'
import { checkClock, good, tryTo } from '@sluice/doctor'
import { checkSettings } from '../../src/doctor/settings.ts'

describe('a store’s clock', () => {
  test.each([-4_000, 0, 4_000])('that is %d ms away is good enough', (milliseconds) => {
    const now = Date.now()
    expect(checkClock('clock', now + milliseconds, now)).toMatchObject({ verdict: 'good' })
  })

  test.each([-65_000, 65_000])('that is %d ms away is told by how much', (milliseconds) => {
    const now = Date.now()
    expect(checkClock('clock', now + milliseconds, now)).toEqual({
      check: 'clock',
      verdict: 'failed',
      says: 'It differs by 65 s from this machine: synchronize both with a time server.',
    })
  })

  test('is not blamed for the time that asking took', () => {
    const now = Date.now()
    expect(checkClock('clock', now - 30_000, now - 60_000)).toMatchObject({ verdict: 'good' })
  })
})

describe('a check that throws', () => {
  const fails = async (error: unknown) => (await tryTo('Redis', 'Start it.', () => Promise.reject(error)))[0]?.says

  test('is a finding that names the code and what to do, and never the text, which may hold an address', async () => {
    const error = Object.assign(new Error('redis://user:secret@host refused'), { code: 'ECONNREFUSED' })
    expect(await fails(error)).toBe('ECONNREFUSED. Start it.')
    expect(await fails(new TypeError('redis://user:secret@host'))).toBe('TypeError. Start it.')
    expect(await fails('redis://user:secret@host')).toBe('It failed. Start it.')
  })

  test('adds nothing to one that works', async () => {
    expect(await tryTo('Redis', 'Start it.', async () => [good('Redis', 'answers')])).toEqual([
      { check: 'Redis', verdict: 'good', says: 'answers' },
    ])
  })
})

const STRIPE = `whsec_${'s'.repeat(32)}`
const REPLICATE = `whsec_${Buffer.alloc(24, 'r').toString('base64')}`

describe('the settings', () => {
  const environment = process.env['NODE_ENV']
  afterEach(() => {
    process.env['NODE_ENV'] = environment
  })
  const verdicts = (settings: Parameters<typeof checkSettings>[0]) =>
    Object.fromEntries(checkSettings(settings).map(({ check, verdict, says }) => [check, `${verdict}: ${says}`]))

  test('of production may go without the secret of a provider that is not used', () => {
    process.env['NODE_ENV'] = 'production'
    expect(verdicts({ replicateWebhookSecret: REPLICATE })).toMatchObject({
      STRIPE_WEBHOOK_SECRET: expect.stringMatching(/^skipped: not set: /),
      REPLICATE_WEBHOOK_SECRET: 'good: set',
    })
    expect(verdicts({ stripeWebhookSecret: STRIPE })).toMatchObject({
      STRIPE_WEBHOOK_SECRET: 'good: set',
      REPLICATE_WEBHOOK_SECRET: expect.stringMatching(/^skipped: not set: .* 503$/),
    })
  })

  test('of production need a secret and a password', () => {
    process.env['NODE_ENV'] = 'production'
    const unset = expect.stringMatching(/^failed: It is not set: /)
    expect(verdicts({})).toEqual({
      STRIPE_WEBHOOK_SECRET: unset,
      REPLICATE_WEBHOOK_SECRET: unset,
      BOARD_PASSWORD: unset,
    })
  })

  test('outside production may go without the secret of Replicate, which is said', () => {
    expect(verdicts({})).toMatchObject({
      STRIPE_WEBHOOK_SECRET: expect.stringMatching(/^failed/),
      REPLICATE_WEBHOOK_SECRET: 'good: not set: outside production unsigned requests are accepted',
    })
  })

  test('that are right are good, also two secrets while one is rotated', () => {
    const stripeWebhookSecret = `${STRIPE}, whsec_${'1'.repeat(32)}`
    const all = { stripeWebhookSecret, replicateWebhookSecret: REPLICATE, boardPassword: 'x'.repeat(12) }
    expect(verdicts(all)).toEqual({
      STRIPE_WEBHOOK_SECRET: 'good: set',
      REPLICATE_WEBHOOK_SECRET: 'good: set',
      BOARD_PASSWORD: 'good: set',
    })
  })

  test.each(['sk_live_abcdefgh', 'whsec_', 'x', 'whsec_123456789012345', `${STRIPE},`, `"${STRIPE}"`])(
    'tell that %s is no signing secret, without repeating it',
    (stripeWebhookSecret) => {
      const { STRIPE_WEBHOOK_SECRET: says } = verdicts({ stripeWebhookSecret })
      expect(says).toBe(
        'failed: It should be whsec_ and at least 16 more characters, several with commas between them.',
      )
    },
  )

  test('tell that a password is short', () => {
    expect(verdicts({ boardPassword: 'x'.repeat(11) })['BOARD_PASSWORD']).toBe(
      'failed: It should have 12 characters or more.',
    )
  })
})
