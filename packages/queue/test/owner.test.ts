import { describe, expect, test } from '@jest/globals'
import { eventually, type TestRedis, withPostgres, withRedis, withRedisCluster } from '@sluice/testing'
import { checkOwner, claimKeys, createProducer, ForeignKeysError, type QueueStore } from '../src/index.ts'

const OURS = { id: '00000000-0000-4000-8000-000000000001', place: 'shop@1.1' }
const COPY = { ...OURS, place: 'shop@1.2' }
const OTHER = { id: '00000000-0000-4000-8000-000000000002', place: 'staging@2.1' }

/** A process of a deployment, as far as the keys are concerned. */
async function withQueue(store: QueueStore, use: (queue: ReturnType<typeof createProducer>) => Promise<void>) {
  const queue = createProducer(store)
  try {
    await eventually(() => queue.probe())
    await use(queue)
  } finally {
    await queue.close()
  }
}

const storeAt = (url: string, prefix = 'sluice'): QueueStore => ({ url, shards: 1, prefix })

const refusalOf = (claim: Promise<void>): Promise<Error> =>
  claim.then(
    () => new Error('not refused'),
    (error) => error,
  )

/** As if no process of the owner had run for a minute. */
const forgetSeen = ({ call }: TestRedis) => call('DEL', 'sluice:owner-seen')

describe('the keys of a prefix', () => {
  test('are refused to another deployment, in one line that names both and what to set', () =>
    withRedis(({ url }) =>
      withQueue(storeAt(url), async (queue) => {
        await claimKeys(queue, OURS)
        await claimKeys(queue, OURS)
        for (const look of [claimKeys, checkOwner]) {
          const error = await refusalOf(look(queue, OTHER))
          expect(error).toBeInstanceOf(ForeignKeysError)
          expect(error.message).toBe(
            `The keys sluice:… of this Redis belong to another deployment, of database shop@1.1 (${OURS.id}); this one is staging@2.1 (${OTHER.id}). Set QUEUE_PREFIX to another name, or delete the key sluice:owner if it is gone.`,
          )
        }
        await withQueue(storeAt(url, 'staging'), (own) => claimKeys(own, OTHER))
      }),
    ))

  test('stay with their owner when none of its processes runs, because jobs may hold events that are nowhere else', () =>
    withRedis((redis) =>
      withQueue(storeAt(redis.url), async (queue) => {
        await claimKeys(queue, OURS)
        await forgetSeen(redis)
        expect(await refusalOf(claimKeys(queue, OTHER))).toBeInstanceOf(ForeignKeysError)
      }),
    ))

  test('are refused to a copy of the database, and given to one that has moved', () =>
    withRedis((redis) =>
      withQueue(storeAt(redis.url), async (queue) => {
        await claimKeys(queue, OURS)
        for (const look of [claimKeys, checkOwner]) {
          expect((await refusalOf(look(queue, COPY))).message).toBe(
            'The keys sluice:… of this Redis are in use by a copy of this database, shop@1.1; this one is shop@1.2. Set QUEUE_PREFIX to another name, or stop the other one and wait a minute.',
          )
        }
        await forgetSeen(redis)
        await checkOwner(queue, COPY)
        await claimKeys(queue, COPY)
        expect(await refusalOf(claimKeys(queue, OURS))).toBeInstanceOf(ForeignKeysError)
      }),
    ))

  test('are claimed again after FLUSHALL, and still are after a crash of Redis', () =>
    withRedis(async (redis) =>
      withQueue(storeAt(redis.url), async (queue) => {
        await claimKeys(queue, OURS)
        await redis.flush()
        await checkOwner(queue, OTHER)
        await claimKeys(queue, OURS)
        await redis.crash()
        await redis.start()
        await eventually(async () => expect(await refusalOf(claimKeys(queue, OTHER))).toBeInstanceOf(ForeignKeysError))
      }),
    ))

  test('have an owner in a Cluster as well', () =>
    withRedisCluster(({ url }) =>
      withQueue({ url, shards: 2, prefix: 'sluice' }, async (queue) => {
        await claimKeys(queue, OURS)
        expect(await refusalOf(claimKeys(queue, OTHER))).toBeInstanceOf(ForeignKeysError)
      }),
    ))
})

test('on the Postgres backend, they are refused to another deployment and to a copy as well', () =>
  withPostgres(({ url }) =>
    withQueue(storeAt(url), async (queue) => {
      await claimKeys(queue, OURS)
      await claimKeys(queue, OURS)
      for (const look of [claimKeys, checkOwner])
        for (const other of [OTHER, COPY]) expect(await refusalOf(look(queue, other))).toBeInstanceOf(ForeignKeysError)
      expect((await refusalOf(checkOwner(queue, OTHER))).message).toMatch(
        / Set REDIS_URL to another database, or to a Redis, /,
      )
      await checkOwner(queue, OURS)
    }),
  ))

test.each(['sluice_ingest', 'sluice_worker'] as const)('%s may claim, and the board may only look', (user) =>
  withRedis(async ({ urlOf }) => {
    await withQueue(storeAt(urlOf(user)), (queue) => claimKeys(queue, OURS))
    const board = createProducer(storeAt(urlOf('sluice_board')))
    try {
      await eventually(async () => expect(await refusalOf(checkOwner(board, OTHER))).toBeInstanceOf(ForeignKeysError))
      await expect(board.redis?.del('sluice:owner')).rejects.toThrow('NOPERM')
    } finally {
      await board.close()
    }
  }),
)

test('a user of Redis without a right to these keys goes on as before', () =>
  withRedis(async ({ url, call }) => {
    await call('ACL', 'SETUSER', 'old', 'on', '>secret', '~sluice:webhook-events:*', '~sluice:probe', '+@all')
    const { port } = new URL(url)
    await withQueue(storeAt(`redis://old:secret@127.0.0.1:${port}`), async (queue) => {
      await expect(claimKeys(queue, OURS)).resolves.toBeUndefined()
      await expect(checkOwner(queue, OTHER)).resolves.toBeUndefined()
    })
  }))
