import { describe, expect, test } from '@jest/globals'
import { eventually, withRedis } from '@sluice/testing'
import { Redis } from 'ioredis'
import { createProducer } from '../src/index.ts'

/** The address of a user without the right to write. */
const asReader = (url: string) => Object.assign(new URL(url), { username: 'reader', password: 'secret' }).href

const FAULTS: Record<string, { fault: string[]; end: string[]; from?: (url: string) => string }> = {
  OOM: { fault: ['CONFIG', 'SET', 'maxmemory', '1'], end: ['CONFIG', 'SET', 'maxmemory', '0'] },
  READONLY: { fault: ['REPLICAOF', '127.0.0.1', '1'], end: ['REPLICAOF', 'NO', 'ONE'] },
  NOREPLICAS: {
    fault: ['CONFIG', 'SET', 'min-replicas-to-write', '1'],
    end: ['CONFIG', 'SET', 'min-replicas-to-write', '0'],
  },
  NOPERM: {
    fault: ['ACL', 'SETUSER', 'reader', 'on', '>secret', '~*', '&*', '+@all', '-@write'],
    end: ['ACL', 'SETUSER', 'reader', '+@all'],
    from: asReader,
  },
}

describe('the probe of the queue', () => {
  test.each(Object.entries(FAULTS))(
    'rejects while Redis answers reads but refuses writes: %s',
    (word, { fault, end, from }) =>
      withRedis(async (redis) => {
        const admin = new Redis(redis.url)
        const run = ([command = '', ...rest]: string[]) => admin.call(command, ...rest)
        if (word === 'NOPERM') await run(['ACL', 'SETUSER', 'reader', 'on', '>secret', '~*', '&*', '+@all'])
        const producer = createProducer(from?.(redis.url) ?? redis.url)
        try {
          await eventually(() => producer.probe())
          await run(fault)
          await eventually(async () => await expect(producer.probe()).rejects.toThrow(word))
          await run(end)
          await eventually(() => producer.probe())
        } finally {
          await producer.close()
          admin.disconnect()
        }
      }),
  )

  test('leaves a key that expires', () =>
    withRedis(async (redis) => {
      const admin = new Redis(redis.url)
      const producer = createProducer(redis.url)
      try {
        await eventually(() => producer.probe())
        expect(await admin.pttl('sluice:probe')).toBeGreaterThan(0)
      } finally {
        await producer.close()
        admin.disconnect()
      }
    }))
})
