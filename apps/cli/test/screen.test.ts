import { describe, expect, test } from '@jest/globals'
import { screen } from '../src/up/screen.ts'

const STATE = {
  pids: [],
  ingestUrl: 'http://localhost:3000',
  boardUrl: 'http://localhost:3001',
  workerUrl: 'http://localhost:3002',
  databaseUrl: 'postgres://started-here',
  hostDatabaseUrl: 'postgres://host-here',
  redisUrl: 'redis://started-here',
  stripeWebhookSecret: 'whsec_stripe',
  replicateWebhookSecret: 'whsec_replicate',
  boardUser: 'admin',
  boardPassword: 'made-here',
}

test('shows where everything is, and the login that was made here', () => {
  const text = screen(STATE, '/srv/.sluice', {})
  for (const part of [
    'http://localhost:3000/webhooks/stripe',
    'http://localhost:3001',
    'http://localhost:3002/metrics',
    'user admin, password made-here',
    'postgres://started-here',
    'postgres://host-here',
    'redis://started-here',
    '/srv/.sluice/logs/<app>.log',
    'npx sluice send stripe invoice.payment_succeeded',
    'npx sluice example express',
  ])
    expect(text).toContain(part)
  expect(text).not.toMatch(/unsigned|whsec_|undefined/)
})

test('names the variable in the place of what was set by it, which may be a secret', () => {
  const env = { BOARD_PASSWORD: 'theirs', DATABASE_URL: 'postgres://theirs', REDIS_URL: 'redis://theirs' }
  const text = screen(
    { ...STATE, boardPassword: 'theirs', databaseUrl: 'postgres://theirs', hostDatabaseUrl: 'postgres://theirs' },
    '/srv/.sluice',
    env,
  )
  for (const name of Object.keys(env)) expect(text).toContain(`as set in ${name}`)
  expect(text).not.toContain('theirs')
})

describe('without the secret of Replicate', () => {
  const { replicateWebhookSecret: _, ...state } = STATE
  const reason = 'REPLICATE_WEBHOOK_SECRET is not set'

  test('outside production it says that unsigned requests are accepted', () => {
    expect(screen(state, '/srv/.sluice', {})).toContain(`/webhooks/replicate   (unsigned: ${reason})`)
  })

  test('in production it says that they are answered 503', () => {
    const text = screen(state, '/srv/.sluice', { NODE_ENV: 'production' })
    expect(text).toContain(`/webhooks/replicate   (answers 503: ${reason})`)
    expect(text).not.toContain('unsigned')
  })
})
