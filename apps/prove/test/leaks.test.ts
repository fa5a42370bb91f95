import { expect, test } from '@jest/globals'
import { leaksOf } from '../src/check/leaks.ts'

const BEFORE = { postgresConnections: 20, redisConnections: 24, redisKeys: 100 }

test.each([
  ['as before', {}, []],
  ['a few connections more', { postgresConnections: 24, redisConnections: 26 }, []],
  ['jobs that are done are kept', { redisKeys: 2_100 }, []],
  ['connections to Postgres', { postgresConnections: 40 }, ['leaked: 40 postgresConnections, 20 before']],
  ['connections to Redis', { redisConnections: 60 }, ['leaked: 60 redisConnections, 24 before']],
  [
    'a number that Redis does not tell',
    { redisConnections: Number.NaN },
    [expect.stringContaining('redisConnections')],
  ],
  ['keys', { redisKeys: 9_000 }, ['leaked: 9000 keys in Redis, 100 before']],
])('what apps hold of the stores: %s', (_what, after, leaks) => {
  expect(leaksOf(BEFORE, { ...BEFORE, ...after })).toEqual(leaks)
})
