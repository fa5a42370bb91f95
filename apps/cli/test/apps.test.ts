import { expect, test } from '@jest/globals'
import { APPS, environmentOf } from '../src/up/apps.ts'

const SET = {
  STRIPE_WEBHOOK_SECRET: 'told',
  REPLICATE_WEBHOOK_SECRET: 'told',
  STRIPE_API_KEY: 'sk_test_1',
  REPLICATE_API_TOKEN: 'r8_1',
  SMTP_URL: 'smtp://user:password@localhost',
  AWS_ACCESS_KEY_ID: 'key',
  AWS_SECRET_ACCESS_KEY: 'secret',
  BOARD_USER: 'told',
  BOARD_PASSWORD: 'told',
  LOG_LEVEL: 'debug',
  NODE_ENV: 'production',
}

const url = (name: string) => `postgres://${name}@localhost/sluice`
const STORES = {
  ingestDatabaseUrl: url('ingest'),
  workerDatabaseUrl: url('worker'),
  boardDatabaseUrl: url('board'),
  ingestRedisUrl: 'redis://ingest@localhost',
  workerRedisUrl: 'redis://worker@localhost',
  boardRedisUrl: 'redis://board@localhost',
  hostDatabaseUrl: url('host'),
} as Parameters<typeof environmentOf>[2]

const SECRETS = {
  stripeWebhookSecret: 'whsec_stripe',
  replicateWebhookSecret: 'whsec_replicate',
  hostWebhookSecret: 'whsec_host',
  boardUser: 'admin',
  boardPassword: 'made',
} as Parameters<typeof environmentOf>[3]

const PORTS = { ingest: 1, worker: 2, board: 3 }

test('each app is given the secrets that it uses, and no other app’s', () => {
  const given = (name: (typeof APPS)[number]) => Object.keys(environmentOf(name, PORTS, STORES, SECRETS, SET)).sort()

  expect(Object.fromEntries(APPS.map((name) => [name, given(name)]))).toEqual({
    ingest: [
      ...['DATABASE_URL', 'INGEST_DATABASE_URL', 'INGEST_PORT', 'LOG_LEVEL', 'NODE_ENV', 'REDIS_URL'],
      ...['REPLICATE_WEBHOOK_SECRET', 'STRIPE_WEBHOOK_SECRET'],
    ],
    worker: [
      ...['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'BOARD_URL', 'DATABASE_URL', 'HOST_WEBHOOK_SECRET'],
      ...['LOG_LEVEL', 'NODE_ENV', 'REDIS_URL'],
      ...['REPLICATE_API_TOKEN', 'SMTP_URL', 'STRIPE_API_KEY', 'WORKER_DATABASE_URL', 'WORKER_PORT'],
    ],
    board: [
      'BOARD_DATABASE_URL',
      'BOARD_PASSWORD',
      'BOARD_PORT',
      'BOARD_URL',
      'BOARD_USER',
      'DATABASE_URL',
      'LOG_LEVEL',
      'NODE_ENV',
      'REDIS_URL',
    ],
  })
})

test('outside production the board is given what its view Send needs as well', () => {
  expect(environmentOf('board', PORTS, STORES, SECRETS, {})).toMatchObject({
    STRIPE_WEBHOOK_SECRET: SECRETS.stripeWebhookSecret,
    REPLICATE_WEBHOOK_SECRET: SECRETS.replicateWebhookSecret,
    INGEST_URL: 'http://localhost:1',
    HOST_DATABASE_URL: STORES.hostDatabaseUrl,
  })
})

test('links of worker and board lead to the board that runs here, unless the operator names its address', () => {
  const boardUrl = (name: (typeof APPS)[number], env: NodeJS.ProcessEnv) =>
    Object.entries(environmentOf(name, PORTS, STORES, SECRETS, env)).find(([variable]) => variable === 'BOARD_URL')?.[1]

  expect(boardUrl('worker', {})).toBe('http://localhost:3')
  expect(boardUrl('board', {})).toBe('http://localhost:3')
  expect(boardUrl('worker', { BOARD_URL: 'https://example.com/sluice' })).toBe('https://example.com/sluice')
})
