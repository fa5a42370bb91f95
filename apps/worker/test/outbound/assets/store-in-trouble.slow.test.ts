import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { eventually } from '@sluice/testing'
import { type S3Failure, type TestS3, withS3 } from '@sluice/testing/stand-ins'
import { createS3Store } from '../../../src/outbound/store/s3-store.ts'
import { type Generations, withGenerations } from './with-generations.ts'

const CREDENTIALS = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_REGION']
const before = new Map(CREDENTIALS.map((name) => [name, process.env[name]]))

beforeAll(() => {
  for (const name of CREDENTIALS) process.env[name] = name === 'AWS_REGION' ? 'us-east-1' : 'of the tests'
})
afterAll(() => {
  for (const [name, value] of before)
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
})

/** Files go to a stand-in of S3 that is given up after a third of a second. */
const withPictures = (use: (generations: Generations, s3: TestS3) => Promise<void>) =>
  withS3((s3) => {
    const store = createS3Store({ bucket: 'bucket', prefix: '', endpoint: s3.env['S3_ENDPOINT'] }, 300)
    const storeBefore = () => store
    return withGenerations((generations) => use(generations, s3), { storeBefore }).finally(() => store.close())
  })

const PICTURES = [{ size: 100 }, { size: 700_000 }, { size: 7_000_000 }]

test.each<[string, S3Failure, string]>([
  ['never answers', 'never answers', 'UnreachableError'],
  ['hangs up half-way', 'hangs up half-way', ''], // what breaks outside of Jest's realm is no Error to the SDK
  ['has no time', { status: 503 }, 'UnreachableError: s3_503'],
  ['refuses the login', { status: 403 }, 'UnreachableError: s3_403'],
  ['cannot do it', { status: 501 }, 'ConfigurationError'],
  ['refuses the file', { status: 400 }, 'ObjectStoreError: s3_400'],
])('a store that %s never has a partial file, and has all files once it recovers', (_what, trouble, failure) =>
  withPictures(async ({ replicate, job, webhook, runEffects, query }, s3) => {
    const { id, files, over } = replicate.run({ files: PICTURES })
    await over
    await job(id)
    await webhook(replicate.predictionOf(id))
    s3.failWith(trouble)
    const endings = [...(await runEffects())].filter(([key]) => key.startsWith('asset:')).map(([, ending]) => ending)
    expect(endings).toEqual(PICTURES.map(() => expect.stringContaining(failure)))
    expect(s3.objects.size).toBe(0)
    const [variant] = await query('SELECT status, error FROM variants')
    const isWaited = failure === '' || failure.startsWith('UnreachableError')
    const error = typeof trouble === 'object' ? `s3_${trouble.status}` : null
    expect(variant).toEqual(isWaited ? { status: 'pending', error: null } : { status: 'failed', error })

    s3.recover()
    await eventually(async () =>
      expect([...(await runEffects()).values()].filter((ending) => ending !== null)).toEqual([]),
    )
    const stored = await query<{ storage_key: string; sha256: string }>('SELECT * FROM variants ORDER BY idx')
    expect(stored).toMatchObject(files.map(({ sha256 }) => ({ status: 'stored', sha256, error: null })))
    for (const { storage_key, sha256 } of stored) {
      const body = s3.objects.get(storage_key)?.body ?? Buffer.of()
      expect(createHash('sha256').update(body).digest('hex')).toBe(sha256)
    }
    expect(s3.objects.size).toBe(PICTURES.length)
  }),
)
