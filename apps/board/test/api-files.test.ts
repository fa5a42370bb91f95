import { rm } from 'node:fs/promises'
import { get } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { describe, expect, test } from '@jest/globals'
import { openStoredFiles, type StoredFiles } from '@sluice/stored-files'
import { withS3 } from '@sluice/testing/stand-ins'
import { createPeople } from '../src/sign-in/people.ts'
import { FILE_ROWS, FILES, MP4 } from './file-rows.ts'
import { AUTHORIZATION, CREDENTIALS, type TestConsole, withConsole } from './with-board.ts'
import { withFiles } from './with-files.ts'

interface Store {
  files: StoredFiles
  /** Makes it unreachable, as by an outage. */
  breakDown(): Promise<void>
  /** The error that the answer then names. */
  cause: string
}

const inFolder = (use: (store: Store) => Promise<void>) =>
  withFiles(({ files, directory }) =>
    use({ files, breakDown: () => rm(directory, { recursive: true }), cause: 'ENOENT' }),
  )

const inBucket = (use: (store: Store) => Promise<void>) =>
  withS3(async ({ env, objects, failWith }) => {
    Object.assign(process.env, env)
    for (const [key, { body, stored }] of Object.entries(FILES)) objects.set(`a/${key}`, { body, contentType: stored })
    objects.set('a/job_1/unnamed.png', { body: Buffer.from('x'), contentType: 'image/png' })
    const place = { kind: 's3', bucket: 'bucket', prefix: 'a/', endpoint: env['S3_ENDPOINT'] } as const
    const files = openStoredFiles(place, { timeoutMs: 2_000 })
    await use({ files, breakDown: async () => failWith({ status: 403 }), cause: 's3_403' })
    files.close()
  })

/** The answer to a path exactly as it stands: `fetch` would take `..` out. */
function requestRaw({ url }: TestConsole, path: string, headers: Record<string, string> = {}) {
  return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: Buffer }>((resolve, reject) => {
    const { hostname, port } = new URL(url)
    get({ hostname, port, path, headers: { Authorization: AUTHORIZATION, ...headers } }, (response) =>
      buffer(response).then(
        (body) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
        reject,
      ),
    ).on('error', reject)
  })
}

const pathOf = (key: string): string => `/api/files/${encodeURIComponent(key)}`

/** Names that are in no row, and ways to leave the store. */
const STRANGE = [
  'job_1/unnamed.png',
  '..%2Fsecret.txt',
  '../secret.txt',
  'job_1/../../secret.txt',
  'job_1%2F..%2F..%2Fsecret.txt',
  '%2e%2e/secret.txt',
  '..%5Csecret.txt',
  '%2Fetc%2Fpasswd',
  '/etc/passwd',
  'job_1//picture.png',
  'job_1/picture.png%00',
  'job_1/picture.png%00.txt',
  'job_1/picture',
  '%25%32%65%25%32%65%2Fsecret.txt',
  'x'.repeat(2_000),
]

describe.each([
  ['a folder', inFolder],
  ['a bucket', inBucket],
])('files in %s', (_where, withStore) => {
  test('are shown if a browser cannot run them, else saved, and only by a name of a row', () =>
    withStore(({ files, breakDown, cause }) =>
      withConsole(
        async (board) => {
          await board.database.query(FILE_ROWS)
          for (const [key, { body, shown }] of Object.entries(FILES)) {
            const answer = await requestRaw(board, pathOf(key))
            expect([key, answer.status, answer.body.equals(body)]).toEqual([key, 200, true])
            expect([key, answer.headers]).toEqual([
              key,
              expect.objectContaining({
                'content-type': shown ?? 'application/octet-stream',
                'content-disposition': expect.stringMatching(shown ? /^inline; / : /^attachment; /),
                'content-security-policy': "sandbox; default-src 'none'; frame-ancestors 'self'",
                'x-content-type-options': 'nosniff',
                'cross-origin-resource-policy': 'same-origin',
                'cache-control': 'no-store',
              }),
            ])
          }
          expect((await requestRaw(board, '/api/files/job_1/picture.png')).status).toBe(200)
          for (const path of STRANGE) {
            const { status, body } = await requestRaw(board, `/api/files/${path}`)
            expect([path, status, String(body)]).toEqual([path, 404, '{"error":"not_found"}'])
          }
          expect((await requestRaw(board, '/api/files/%ff')).status).toBe(400)

          await testRanges(board)
          await testMissing(board)
          await breakDown()
          const { status, headers, body } = await requestRaw(board, pathOf('job_1/picture.png'))
          expect([status, String(body)]).toEqual([503, expect.stringContaining(cause)])
          expect(headers).toMatchObject({ 'content-type': 'application/json; charset=utf-8' })
          expect(headers).not.toHaveProperty('content-disposition')
        },
        { files },
      ),
    ))
})

/** A player reads the end of a film first, where its index may be. */
async function testRanges(board: TestConsole) {
  const path = pathOf('job_1/film.mp4')
  const ask = async (range: string) => {
    const { status, headers, body } = await requestRaw(board, path, { Range: range })
    return [status, headers['content-range'], headers['content-length'], body.length]
  }
  const size = MP4.length
  expect(await ask('bytes=0-9')).toEqual([206, `bytes 0-9/${size}`, '10', 10])
  expect(await ask('bytes=20000-')).toEqual([206, `bytes 20000-${size - 1}/${size}`, `${size - 20_000}`, size - 20_000])
  expect(await ask('bytes=-5')).toEqual([206, `bytes ${size - 5}-${size - 1}/${size}`, '5', 5])
  expect(await ask(`bytes=${size}-`)).toEqual([416, `bytes */${size}`, expect.anything(), 0])
  expect(await ask('bytes=0-1,4-5')).toEqual([200, undefined, String(size), size])
  expect(await ask('nonsense')).toEqual([200, undefined, String(size), size])
  const { body } = await requestRaw(board, path, { Range: 'bytes=4-11' })
  expect(String(body)).toBe('ftypisom')
  const head = await fetch(board.url + path, { method: 'HEAD', headers: { Authorization: AUTHORIZATION } })
  expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, String(size), ''])
}

async function testMissing(board: TestConsole) {
  const { status, body } = await requestRaw(board, pathOf('job_1/lost.png'))
  expect([status, JSON.parse(String(body))]).toEqual([404, { error: 'file_missing', message: expect.anything() }])
  // As `sluice forget` does.
  await board.database.query(`DELETE FROM variants WHERE storage_key = 'job_1/unknown'`)
  expect((await requestRaw(board, pathOf('job_1/unknown'))).status).toBe(404)
}

test('a viewer gets no file, and only the length of why a prediction failed', () =>
  inFolder(({ files }) => {
    const single = createPeople(CREDENTIALS)
    const viewers = {
      ...single,
      recall: (given: typeof CREDENTIALS) => {
        const person = single.recall(given)
        return person && { ...person, role: 'viewer' as const }
      },
    }
    return withConsole(
      async (board) => {
        await board.database.query(FILE_ROWS)
        expect((await requestRaw(board, pathOf('job_1/picture.png'))).status).toBe(403)
        const life = await board.read<{ generation: { error: string } }>('/generations/pred_bad')
        expect(life.generation.error).toBe('••• (32 characters)')
      },
      { files, people: viewers },
    )
  }))

test('a file of which the store never sends the bytes is an answer, not a tab that hangs', () =>
  withS3(async ({ env, failWith }) => {
    Object.assign(process.env, env)
    const place = { kind: 's3', bucket: 'bucket', prefix: '', endpoint: env['S3_ENDPOINT'] } as const
    const files = openStoredFiles(place, { timeoutMs: 300 })
    await withConsole(
      async (board) => {
        await board.database.query(FILE_ROWS)
        failWith('never answers')
        const { status, body } = await requestRaw(board, pathOf('job_1/picture.png'))
        expect([status, JSON.parse(String(body)).error]).toEqual([503, 'store_unreachable'])
      },
      { files },
    )
    files.close()
  }))
