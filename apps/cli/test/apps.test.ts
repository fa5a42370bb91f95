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
}

test('each app is given the secrets that it uses, and no other app’s', () => {
  const url = (name: string) => `postgres://${name}@localhost/sluice`
  const stores = {
    ingestDatabaseUrl: url('ingest'),
    workerDatabaseUrl: url('worker'),
    boardDatabaseUrl: url('board'),
    ingestRedisUrl: 'redis://ingest@localhost',
    workerRedisUrl: 'redis://worker@localhost',
    boardRedisUrl: 'redis://board@localhost',
  } as Parameters<typeof environmentOf>[2]
  const secrets = {
    stripeWebhookSecret: 'whsec_stripe',
    replicateWebhookSecret: 'whsec_replicate',
    hostWebhookSecret: 'whsec_host',
    boardUser: 'admin',
    boardPassword: 'made',
  } as Parameters<typeof environmentOf>[3]

  const given = (name: (typeof APPS)[number]) => Object.keys(environmentOf(name, 1, stores, secrets, SET)).sort()

  expect(Object.fromEntries(APPS.map((name) => [name, given(name)]))).toEqual({
    ingest: [
      ...['DATABASE_URL', 'INGEST_DATABASE_URL', 'INGEST_PORT', 'LOG_LEVEL', 'REDIS_URL'],
      ...['REPLICATE_WEBHOOK_SECRET', 'STRIPE_WEBHOOK_SECRET'],
    ],
    worker: [
      ...['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'DATABASE_URL', 'HOST_WEBHOOK_SECRET'],
      ...['LOG_LEVEL', 'REDIS_URL'],
      ...['REPLICATE_API_TOKEN', 'SMTP_URL', 'STRIPE_API_KEY', 'WORKER_DATABASE_URL', 'WORKER_PORT'],
    ],
    board: [
      'BOARD_DATABASE_URL',
      'BOARD_PASSWORD',
      'BOARD_PORT',
      'BOARD_USER',
      'DATABASE_URL',
      'LOG_LEVEL',
      'REDIS_URL',
    ],
  })
})
