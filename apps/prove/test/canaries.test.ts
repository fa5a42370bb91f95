import { expect, test } from '@jest/globals'
import { stripeEvent } from '@sluice/simulator'
import { withRedis } from '@sluice/testing'
import { addPersonalData, canariesOf, foundIn, withPasswords } from '../src/check/canaries.ts'
import { readAll } from '../src/check/read-redis.ts'
import { askRedis } from '../src/stack/ask-redis.ts'

const ENV = withPasswords({
  REDIS_URL: 'redis://:a-password-of-redis@127.0.0.1:6379',
  WORKER_DATABASE_URL: 'postgres://sluice_worker:a-password-of-postgres@127.0.0.1:5432/sluice',
  SMTP_URL: 'smtp://127.0.0.1:2525',
  STRIPE_WEBHOOK_SECRET: 'whsec_first',
  BOARD_PASSWORD: 'of the board',
  LOG_LEVEL: 'info',
})
const PERSON = { name: null, phone: null, description: null, email: 'somebody@example.com' }
const PLANTED = addPersonalData(stripeEvent('sluice.proof', PERSON, { id: 'evt_1', created: 1 })).body
const CANARIES = canariesOf(ENV, { stripe: 'whsec_next' }, [PLANTED])

test.each([
  ['what was planted in an event', PLANTED, ['name', 'telephone', 'number', 'address']],
  ['a secret of the environment', 'key=whsec_first.', ['STRIPE_WEBHOOK_SECRET']],
  ['a secret after its rotation', 'key=whsec_next.', ['the secret of stripe']],
  ['a password of the environment', 'of the board', ['BOARD_PASSWORD']],
  ['a store’s address', `cannot reach ${ENV['REDIS_URL']}`, ['the password in REDIS_URL']],
  ['the password of a role', `cannot reach ${ENV['WORKER_DATABASE_URL']}`, ['the password in WORKER_DATABASE_URL']],
  ['the login of the mail server', `cannot reach ${ENV['SMTP_URL']}`, ['the password in SMTP_URL']],
  ['the last digits of a card, as JSON in JSON', String.raw`{"a":"{\"last4\":\"4242\"}"}`, ['last digits']],
  ['a customer’s address', '"to":"<somebody@example.com>"', ['the address of a customer']],
])('is seen: %s', (_what, text, found) => {
  expect(foundIn(text, CANARIES)).toEqual(found.map((part) => expect.stringContaining(part)))
})

test.each([
  ['the sender’s address', 'billing@acme.example'],
  ['a setting that is no secret', '{"level":"info"}'],
  ['digits of something else', '{"port":4242,"ms":42424}'],
  ['the address of a store without its password', 'redis://127.0.0.1:6379'],
])('is nothing: %s', (_what, text) => {
  expect(foundIn(text, CANARIES)).toEqual([])
})

test('every kind of value in Redis is read, bytes that are no text too', () =>
  withRedis(async ({ url }) => {
    await askRedis(url, async (redis) => {
      await redis.set('text', Buffer.concat([Buffer.from([0xff, 0]), Buffer.from('in a string')]))
      await redis.rpush('list', 'in a list')
      await redis.sadd('set', 'in a set')
      await redis.zadd('sorted', 1, 'in a sorted set')
      await redis.hset('hash', 'in a field', 'in a hash')
      await redis.xadd('stream', '*', 'name', 'in a stream')
    })
    const text = await readAll(url)

    for (const name of ['string', 'list', 'set', 'sorted set', 'field', 'hash', 'stream'])
      expect(text).toContain(`in a ${name}`)
    expect(text).toContain('sorted')
  }))
