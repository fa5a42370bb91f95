import { describe, expect, test } from '@jest/globals'
import { EnvironmentError, readEnv } from '../src/environment.ts'
import { commaSeparated, flag, logLevel, port, redisUrl, roleDatabaseUrl, wholeNumber } from '../src/settings.ts'

const shape = {
  INGEST_PORT: port(3000),
  INGEST_DATABASE_URL: roleDatabaseUrl,
  REDIS_URL: redisUrl,
  WEBHOOK_TOLERANCE_SECONDS: wholeNumber(1, 86_400, 300),
  BOARD_READ_ONLY: flag(false),
  STRIPE_ALLOWED_IPS: commaSeparated,
  LOG_LEVEL: logLevel,
}
const needed = { DATABASE_URL: 'postgres://app@localhost/app', REDIS_URL: 'redis://localhost' }

describe('reading the environment', () => {
  test('takes defaults, and an empty string counts as unset', () => {
    expect(readEnv(shape, { ...needed, INGEST_PORT: '', LOG_LEVEL: '' })).toEqual({
      INGEST_PORT: 3000,
      INGEST_DATABASE_URL: needed.DATABASE_URL,
      REDIS_URL: needed.REDIS_URL,
      WEBHOOK_TOLERANCE_SECONDS: 300,
      BOARD_READ_ONLY: false,
      STRIPE_ALLOWED_IPS: [],
      LOG_LEVEL: 'info',
    })
  })

  test('prefers the role of the process over DATABASE_URL', () => {
    const own = 'postgres://sluice_ingest@localhost/app'
    expect(readEnv(shape, { ...needed, INGEST_DATABASE_URL: own }).INGEST_DATABASE_URL).toBe(own)
  })

  test.each(['"300"', "'300'", '""', "'redis://localhost'"])('refuses the value %s, with its quotes', (value) => {
    const source = { ...needed, WEBHOOK_TOLERANCE_SECONDS: value }
    expect(() => readEnv(shape, source)).toThrow(
      new EnvironmentError('WEBHOOK_TOLERANCE_SECONDS must be without the quotes around it'),
    )
  })

  test('names every wrong variable on a line of its own, and never what was in it', () => {
    const wrong = {
      INGEST_PORT: '70000',
      DATABASE_URL: 'mysql://root:hunter2@localhost',
      WEBHOOK_TOLERANCE_SECONDS: '0',
      BOARD_READ_ONLY: 'hunter2',
      LOG_LEVEL: 'hunter2',
    }
    expect(() => readEnv(shape, wrong)).toThrow(
      new EnvironmentError(
        [
          'INGEST_PORT must be a whole number from 0 to 65535',
          'INGEST_DATABASE_URL (or DATABASE_URL) must be the address of a Postgres, postgres://…',
          'REDIS_URL must be the address of a Redis, redis://…, or of a Cluster, redis+cluster://host:port,host:port',
          'WEBHOOK_TOLERANCE_SECONDS must be a whole number from 1 to 86400',
          'BOARD_READ_ONLY must be true or false',
          'LOG_LEVEL must be error, warn, info or debug',
        ].join('\n'),
      ),
    )
  })

  test.each(['1e3', ' 5', '-1', '0x10', '3.5', '9'.repeat(400)])('does not take %s for a number', (text) => {
    expect(() => readEnv({ N: wholeNumber(0, 1_000_000, 1) }, { N: text })).toThrow(EnvironmentError)
  })

  test.each([
    ...['redis://a:1,redis://b:2', 'redis://a:1, rediss://b', 'redis+cluster://a:1', 'redis+cluster://u:p@a:1,b:2'],
    ...['rediss://x', 'postgres://x/queue'],
  ])('takes %s as a queue store', (url) => {
    expect(readEnv({ REDIS_URL: redisUrl }, { REDIS_URL: url })).toEqual({ REDIS_URL: url })
  })

  test.each([
    ...['localhost:6379', 'redis://', 'redis+cluster://', 'redis+cluster://a:1,', 'redis+cluster://redis://a'],
    ...['redis://a:1,b:2', 'redis://a,postgres://b', 'redis+cluster://a:1,redis+cluster://b:2', 'http://a'],
  ])('does not take %s for one, and says what it expects', (url) => {
    expect(() => readEnv({ REDIS_URL: redisUrl }, { REDIS_URL: url })).toThrow(/redis:.*redis\+cluster:/)
  })
})
