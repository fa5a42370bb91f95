import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { isDeepStrictEqual } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import { eventually } from '@sluice/testing'
import { OUTPUTS, replicatePayloads } from '@sluice/testing/payloads'
import { type Generations, withGenerations } from './with-generations.ts'

const VARIANTS = `SELECT pointer, idx, v.status, v.error, storage_key, content_type, bytes, sha256
  FROM variants v ORDER BY id`

interface Variant {
  status: string
  error: string | null
  storage_key: string
  sha256: string
}

/** A prediction that is over, with its job, and its last webhook come. */
async function over({ replicate, job, webhook }: Generations, options: Parameters<typeof replicate.run>[0]) {
  const run = replicate.run(options)
  await run.over
  await job(run.id)
  await webhook(replicate.predictionOf(run.id))
  return run
}

const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex')

describe('the files of a generation', () => {
  test('are stored once, with their hashes', () =>
    withGenerations(async (generations) => {
      const { runEffects, query, read, webhook, replicate } = generations
      const { id, files } = await over(generations, { files: 4 })
      expect([...(await runEffects()).values()]).toEqual([null, null, null, null, null])

      const variants = await query<Variant>(VARIANTS)
      expect(variants).toHaveLength(4)
      for (const [idx, variant] of variants.entries()) {
        expect(variant).toMatchObject({ idx, status: 'stored', content_type: 'image/webp', sha256: files[idx]?.sha256 })
        expect(sha256(await read(variant.storage_key))).toBe(variant.sha256)
      }
      await webhook(replicate.predictionOf(id))
      expect((await runEffects()).size).toBe(0)
      expect(await query(VARIANTS)).toEqual(variants)
    }))

  test('with a URL that is not allowed are refused, and the generation is kept', () =>
    withGenerations(async (generations) => {
      const { runEffects, query, replicate } = generations
      const good = replicate.addFile()
      const output = [
        'http://169.254.169.254/latest/meta-data',
        'file:///etc/passwd',
        good.url,
        'https://evil.example/a',
      ]
      await over(generations, { output })
      await runEffects()
      expect(await query(VARIANTS)).toMatchObject([
        { status: 'refused', error: 'not_https' },
        { status: 'refused', error: 'not_https' },
        { status: 'stored', sha256: good.sha256 },
        { status: 'refused', error: 'host_not_allowed' },
      ])
      expect(await query('SELECT status, output FROM generation_jobs')).toEqual([{ status: 'succeeded', output }])
      expect(replicate.fileRequests).toHaveLength(1)
    }))

  test('from data: URIs are stored the same way', () =>
    withGenerations(async (generations) => {
      const { runEffects, query, read } = generations
      await over(generations, { output: { picture: 'data:image/png;base64,iVBORw0KGgo=' } })
      await runEffects()
      const [variant] = await query<Variant>(VARIANTS)
      expect(variant).toMatchObject({ pointer: '/picture', status: 'stored', content_type: 'image/png', bytes: '8' })
      expect(await read(variant?.storage_key ?? '')).toEqual(Buffer.from('iVBORw0KGgo=', 'base64'))
    }))

  test('are fetched with the token if they need it', () =>
    withGenerations(
      async (generations) => {
        await over(generations, { files: [{ needsToken: true }] })
        await generations.runEffects()
        expect(await generations.query(VARIANTS)).toMatchObject([{ status: 'stored' }])
      },
      { hasToken: true },
    ))

  test('whose host fails are retried without using an attempt', () =>
    withGenerations(async (generations) => {
      const { runEffects, query } = generations
      await over(generations, { files: [{ status: 503, times: 2 }] })
      const asset = async () => [...(await runEffects()).entries()].find(([key]) => key.startsWith('asset'))?.[1]
      expect(await asset()).toBe('UnreachableError: host_503')
      expect(await query(VARIANTS)).toMatchObject([{ status: 'failed', error: 'host_503' }])
      // Two answers, with the pauses that the host gets.
      await eventually(async () => expect(await asset()).toBeNull())
      expect(await query(VARIANTS)).toMatchObject([{ status: 'stored', error: null }])
    }))

  test('that have expired fail with the cause', () =>
    withGenerations(async (generations) => {
      await over(generations, { files: [{ status: 404 }] })
      expect([...(await generations.runEffects()).values()]).toContain('AssetError: expired_404')
      expect(await generations.query(VARIANTS)).toMatchObject([{ status: 'failed', error: 'expired_404' }])
    }))

  test('that have expired are fetched from their new URL, given an API token', () =>
    withGenerations(
      async (generations) => {
        const { query, runEffects, replicate } = generations
        const { files } = await over(generations, { files: 1 })
        await query(`UPDATE variants SET source_url = 'https://replicate.delivery/moved.png'`)
        await runEffects()
        expect(await query(VARIANTS)).toMatchObject([{ status: 'stored', sha256: files[0]?.sha256 }])
        expect(replicate.apiRequests).toMatchObject([{ method: 'GET', status: 200 }])
      },
      { hasToken: true },
    ))

  test('that Replicate has deleted fail after it was asked', () =>
    withGenerations(
      async (generations) => {
        const { runEffects, query, replicate } = generations
        const { id, files } = await over(generations, { files: 1 })
        await eventually(() => expect(replicate.predictionOf(id)).toMatchObject({ data_removed: true, output: null }))
        expect([...(await runEffects()).values()]).toContain('AssetError: expired_404')
        expect(await query(VARIANTS)).toMatchObject([{ status: 'failed', error: 'expired_404' }])
        expect(files).toHaveLength(1)

        await generations.webhook(replicate.predictionOf(id))
        expect(await query('SELECT output FROM generation_jobs')).toEqual([{ output: [files[0]?.url] }])
      },
      { hasToken: true, hourMs: 500 },
    ))

  test('are never stored partially, whatever their host and their store do', () =>
    withGenerations(
      async (generations) => {
        const { runEffects, query, read, folder } = generations
        const { files } = await over(generations, {
          files: [{ size: 900_000 }, { size: 900_000, breaksAfter: 300_000, times: 1 }],
        })
        await eventually(async () => {
          for (const name of await readdir(folder, { recursive: true })) expect(name).not.toMatch(/\.partial\/./)
          expect([...(await runEffects()).values()].every((ending) => ending === null)).toBe(true)
        })
        const variants = await query<Variant>(VARIANTS)
        expect(variants).toMatchObject(files.map((file) => ({ status: 'stored', sha256: file.sha256 })))
        for (const { storage_key, sha256: hash } of variants) expect(sha256(await read(storage_key))).toBe(hash)
      },
      {
        storeBefore: (store) => {
          let puts = 0
          return {
            ...store,
            put: (key, body, about) => {
              puts += 1
              if (puts === 1) throw Object.assign(new Error('refused'), { code: 's3_503' })
              return store.put(key, puts === 2 && body instanceof Readable ? breaking(body) : body, about)
            },
          }
        },
      },
    ))
})

/** Breaks in its middle. */
const breaking = (body: Readable): Readable =>
  Readable.from(
    (async function* () {
      for await (const part of body) {
        yield part
        throw Object.assign(new Error('broken'), { code: 'ECONNRESET' })
      }
    })(),
  )

describe('the host', () => {
  test.each(['succeeded', 'failed', 'canceled', 'aborted'] as const)(
    'is notified once that a generation %s',
    (ending) =>
      withGenerations(async (generations) => {
        const { redis, runEffects, webhook, replicate, query } = generations
        const messages: string[] = []
        const listener = redis.duplicate()
        await listener.psubscribe('generation:*')
        listener.on('pmessage', (_pattern, channel, message) => messages.push(`${channel} ${message}`))
        await redis.set('features:user_1', 'cached')
        try {
          const { id } = await over(generations, { ending })
          await webhook(replicate.predictionOf(id))
          await runEffects()
          await eventually(() => expect(messages).toHaveLength(1))
          const [, message = ''] = messages[0]?.split(/ (.*)/) ?? []
          expect(JSON.parse(message)).toEqual({
            ...{ effectKey: `generation:job_${id}`, status: ending, refused: [] },
            stored: await query(`SELECT pointer, storage_key AS "storageKey", content_type AS "contentType",
              bytes::int AS bytes, sha256 FROM variants ORDER BY idx`),
          })
          expect(await redis.exists('features:user_1')).toBe(0)
          expect(await query('SELECT status FROM generation_jobs')).toEqual([{ status: ending }])
        } finally {
          listener.disconnect()
        }
      }),
  )
})

test('the host is notified once every file is stored or refused, with both', () =>
  withGenerations(async (generations) => {
    const { redis, runEffects, replicate } = generations
    const messages: string[] = []
    const listener = redis.duplicate()
    await listener.psubscribe('generation:*')
    listener.on('pmessage', (_pattern, _channel, message) => messages.push(message))
    try {
      const [good, late] = [replicate.addFile(), replicate.addFile({ status: 503, times: 1 })]
      const { id } = await over(generations, { output: [good.url, late.url, 'http://10.0.0.1/a'] })
      const completed = `generation:job_${id}`
      expect((await runEffects()).get(completed)).toBe('UnreachableError: files_are_copied')
      await eventually(async () => expect((await runEffects()).get(completed)).toBeNull())
      await eventually(() => expect(messages).toHaveLength(1))
      expect(JSON.parse(messages[0] ?? '')).toMatchObject({
        status: 'succeeded',
        stored: [
          { pointer: '/0', contentType: 'image/webp' },
          { pointer: '/1', sha256: late.sha256 },
        ],
        refused: [{ pointer: '/2', reason: 'not_https' }],
      })
    } finally {
      listener.disconnect()
    }
  }))

test('every payload in a documented shape becomes a generation with the files that its output names', () =>
  withGenerations(async ({ webhook, job, query }) => {
    const bodies = replicatePayloads()
      .filter(({ name }) => !name.includes('unknown-status'))
      .map(({ body }) => JSON.parse(String(body)))
    for (const id of new Set(bodies.map(({ id }) => id))) await job(id)
    for (const body of bodies) expect([body, await webhook(body)]).toEqual([body, 'processed'])

    const stored = await query<{ prediction_id: string; pointers: string[] }>(
      `SELECT prediction_id, array_remove(array_agg(v.pointer ORDER BY v.idx), NULL) AS pointers FROM generation_jobs j
        LEFT JOIN renders r ON r.generation_job_id = j.id LEFT JOIN variants v ON v.render_id = r.id GROUP BY 1`,
    )
    const pointersOf = new Map(stored.map(({ prediction_id, pointers }) => [prediction_id, pointers]))
    for (const { id, status, output } of bodies.filter(({ status }) => status === 'succeeded')) {
      const shape = Object.values(OUTPUTS).find((known) => isDeepStrictEqual(known.output, output))
      if (shape) expect([id, status, pointersOf.get(id)]).toEqual([id, status, shape.files])
    }
  }))
