import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type TestS3, withS3 } from '@sluice/testing/stand-ins'
import { type ObjectStore, openStore, placeOf } from '../../../src/outbound/store/index.ts'

const PNG = { contentType: 'image/png' }
const MEGABYTE = 1024 * 1024

const CREDENTIALS = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_REGION']

/** A store on the stand-in; credentials come the way they do in production, from the environment. */
const withStore = (use: (store: ObjectStore, s3: TestS3) => Promise<void>, timeoutMs = 60_000) =>
  withS3(async (s3) => {
    for (const name of CREDENTIALS) process.env[name] = s3.env[name]
    const place = placeOf(s3.env['ASSET_STORE'] ?? '')
    if (place?.kind !== 's3') throw new Error('the address is wrong')
    const store = openStore({ ...place, endpoint: s3.env['S3_ENDPOINT'] }, timeoutMs)
    await use(store, s3).finally(() => store.close())
  })

const before = new Map<string, string | undefined>()
beforeAll(() => {
  for (const name of CREDENTIALS) before.set(name, process.env[name])
})
afterAll(() => {
  for (const [name, value] of before)
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
})

describe('a store on S3', () => {
  test('keeps the first content of a name, and accepts a repeat', () =>
    withStore(async (store, s3) => {
      await store.put('job/a', Buffer.from('first'), PNG)
      await store.put('job/a', Buffer.from('second'), PNG)
      expect(s3.objects).toEqual(new Map([['assets/job/a', { body: Buffer.from('first'), contentType: 'image/png' }]]))
    }))

  test('stores a long stream in parts, whole and once', () =>
    withStore(async (store, s3) => {
      const chunks = Array.from({ length: 12 }, (_, index) => Buffer.alloc(MEGABYTE, index))
      await store.put('job/long', Readable.from(chunks), PNG)
      await store.put('job/long', Readable.from(chunks.toReversed()), PNG)
      expect(s3.objects.get('assets/job/long')?.body.equals(Buffer.concat(chunks))).toBe(true)
      expect(s3.openUploads).toBe(0)
    }))

  test('stores nothing of a stream that breaks off, and reports why it broke', () =>
    withStore(async (store, s3) => {
      const broken = Readable.from(
        (async function* () {
          for (let part = 0; part < 7; part += 1) yield Buffer.alloc(MEGABYTE)
          throw new Error('the other side hung up')
        })(),
      )
      await expect(store.put('job/broken', broken, PNG)).rejects.toThrow('the other side hung up')
      expect(s3.objects.size).toBe(0)
      expect(s3.openUploads).toBe(0)
    }))

  test('refuses a name that leaves the store, without a request', () =>
    withStore(async (store, s3) => {
      await expect(store.put('../other', Buffer.from(''), PNG)).rejects.toMatchObject({ code: 'invalid_key' })
      expect(s3.requests).toEqual([])
    }))

  test('tells browsers to save what they would not just show', () =>
    withStore(async (store, s3) => {
      await store.put('job/a', Buffer.from('a'), PNG)
      await store.put('job/b', Buffer.from('b'), { contentType: 'text/plain' })
      await store.put('job/c', Readable.from([Buffer.from('c')]), { contentType: 'application/zip' })
      const dispositions = [...s3.objects.values()].map(({ contentDisposition }) => contentDisposition)
      expect(dispositions).toEqual([undefined, 'attachment', 'attachment'])
    }))

  test('waits for a store that refuses the login', () =>
    withStore(async (store, s3) => {
      s3.failWith({ status: 403 })
      const put = store.put('job/a', Buffer.from('a'), PNG)
      await expect(put).rejects.toMatchObject({
        name: 'UnreachableError',
        code: 's3_403',
        wait: { cause: 'access_denied' },
      })
      expect(s3.objects.size).toBe(0)
    }))

  test('cannot reach a store that does not answer in time', () =>
    withStore(async (store, s3) => {
      s3.failWith('never answers')
      const put = store.put('job/a', Buffer.from('a'), PNG)
      await expect(put).rejects.toMatchObject({ name: 'UnreachableError' })
      expect(s3.objects.size).toBe(0)
    }, 500))
})

test.each([
  ['file:.sluice/assets', { kind: 'file', directory: '.sluice/assets' }],
  ['file:///var/assets', { kind: 'file', directory: '/var/assets' }],
  ['s3://pictures', { kind: 's3', bucket: 'pictures', prefix: '' }],
  ['s3://pictures/of/acme/', { kind: 's3', bucket: 'pictures', prefix: 'of/acme/' }],
  ['s3://', undefined],
  ['file:', undefined],
  ['/var/assets', undefined],
  ['https://pictures.example', undefined],
])('the address is parsed: %s', (address, place) => expect(placeOf(address)).toEqual(place))
