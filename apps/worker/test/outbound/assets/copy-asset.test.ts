import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { describe, expect, test } from '@jest/globals'
import { withFolder } from '@sluice/testing'
import { type FileOptions, type TestReplicate, withReplicate } from '@sluice/testing/stand-ins'
import { type Asset, copyAsset } from '../../../src/outbound/assets/copy-asset.ts'
import { createDownloader } from '../../../src/outbound/assets/download.ts'
import { createFileStore } from '../../../src/outbound/store/file-store.ts'

const MEGABYTE = 1024 * 1024
const KEY = 'job_1/06c901ba18e7c2418ebcfc5e2ed24023'
const WEBP = `${KEY}.webp`

const downloaderOf = ({ network }: TestReplicate) =>
  createDownloader({ hosts: ['replicate.delivery'], maxBytes: 512 * MEGABYTE, timeoutMs: 60_000, ...network })

const withCopies = (use: (copies: Copies) => Promise<void>) =>
  withFolder((directory) =>
    withReplicate((replicate) => {
      const tools = { downloader: downloaderOf(replicate), store: createFileStore(directory) }
      return use({
        add: replicate.addFile,
        copy: (url, asset) => copyAsset({ assetKey: KEY, url, ...asset }, tools),
        read: (key) => readFile(join(directory, key)),
        size: async (key) => (await stat(join(directory, key))).size,
        names: () => filesBelow(directory),
      })
    }),
  )

interface Copies {
  add: (file?: FileOptions) => { url: string; sha256: string; bytes: number }
  copy: (url: string, asset?: Partial<Asset>) => ReturnType<typeof copyAsset>
  read: (key: string) => Promise<Buffer>
  size: (key: string) => Promise<number>
  names: () => Promise<string[]>
}

async function filesBelow(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name)
}

const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex')

describe('a copy', () => {
  test('has the content that the host served, its one name, and its hash', () =>
    withCopies(async ({ add, copy, read }) => {
      const { url, sha256: hash, bytes } = add()
      const stored = await copy(url)
      expect(stored).toEqual({
        storageKey: WEBP,
        contentType: 'image/webp',
        bytes,
        sha256: hash,
      })
      expect(sha256(await read(WEBP))).toBe(hash)
    }))

  test.each(['text/html', 'image/svg+xml'])('of %s is stored as text, which no browser runs', (contentType) =>
    withCopies(async ({ add, copy, names }) => {
      const { url } = add({ body: Buffer.from('<script>alert(1)</script>'), contentType })
      expect(await copy(url)).toMatchObject({ contentType: 'text/plain', storageKey: `${KEY}.txt` })
      expect((await names())[0]).toMatch(/\.txt$/)
    }),
  )

  test('made twice, even at the same time, is one file', () =>
    withCopies(async ({ add, copy, names }) => {
      const { url } = add()
      const copies = [await copy(url), ...(await Promise.all([copy(url), copy(url), copy(url)]))]
      expect(new Set(copies.map((stored) => JSON.stringify(stored))).size).toBe(1)
      expect(await names()).toHaveLength(1)
    }))

  test('that breaks off leaves nothing behind, and the next one is whole', () =>
    withCopies(async ({ add, copy, names, read }) => {
      const { url, sha256: hash } = add({ body: Buffer.alloc(500_000, 'x'), breaksAfter: 200_000, times: 1 })
      await expect(copy(url)).rejects.toMatchObject({ kind: 'retryable', code: 'cut_short' })
      expect(await names()).toEqual([])
      await copy(url)
      expect(sha256(await read(WEBP))).toBe(hash)
    }))

  test('of a URL that is not allowed is refused', () =>
    withCopies(async ({ copy, names }) => {
      const refused = copy('https://169.254.169.254/latest/meta-data')
      await expect(refused).rejects.toMatchObject({ kind: 'refused', code: 'host_not_allowed' })
      expect(await names()).toEqual([])
    }))

  test('fails with the error of its store', () =>
    withReplicate(async (replicate) => {
      const full = Object.assign(new Error('disk full'), { code: 'ENOSPC' })
      const store = { put: async () => Promise.reject(full) }
      const asset = { assetKey: KEY, url: replicate.addFile().url }
      await expect(copyAsset(asset, { downloader: downloaderOf(replicate), store })).rejects.toBe(full)
    }))

  test('has its hash even if the store has the file and reads nothing', () =>
    withReplicate(async (replicate) => {
      const { url, sha256: hash } = replicate.addFile()
      const store = { put: async () => {} }
      const asset = { assetKey: KEY, url }
      const stored = await copyAsset(asset, { downloader: downloaderOf(replicate), store })
      expect(stored.sha256).toBe(hash)
    }))

  test('of 400 MB never has the file in memory', () =>
    withCopies(async ({ add, copy, size }) => {
      await copy(add({ size: 50 * MEGABYTE }).url, { assetKey: 'warm' })
      const { url, sha256: hash } = add({ size: 400 * MEGABYTE })
      const before = process.memoryUsage.rss()
      let most = before
      const watch = setInterval(() => {
        most = Math.max(most, process.memoryUsage.rss())
      }, 20)
      const stored = await copy(url).finally(() => clearInterval(watch))
      console.log(`Copied ${stored.bytes} bytes; memory grew by ${Math.round((most - before) / MEGABYTE)} MiB at most.`)
      expect(stored.sha256).toBe(hash)
      expect(await size(WEBP)).toBe(400 * MEGABYTE)
      expect(most - before).toBeLessThan(300 * MEGABYTE) // what passed through may wait to be collected for a while
    }))
})

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)

describe('a file has a type that a browser shows, and its extension', () => {
  test.each<[string, FileOptions, string, string]>([
    ['by the type that its host names', { contentType: 'image/jpeg', path: '/a.png' }, 'image/jpeg', '.jpg'],
    ['by its first bytes', { contentType: 'application/octet-stream', body: PNG, path: '/a' }, 'image/png', '.png'],
    ['by its URL', { contentType: 'binary/octet-stream', path: '/a/cube.GLB' }, 'model/gltf-binary', '.glb'],
    [
      'by its URL alone',
      { contentType: 'binary/octet-stream', path: '/w.safetensors' },
      'binary/octet-stream',
      '.safetensors',
    ],
    ['or neither', { contentType: 'application/octet-stream', path: '/w' }, 'application/octet-stream', ''],
  ])('%s', (_by, file, contentType, extension) =>
    withCopies(async ({ add, copy, read }) => {
      const { url, sha256: hash, bytes } = add({ body: Buffer.alloc(10_000, '?'), ...file })
      expect(await copy(url)).toEqual({ storageKey: `${KEY}${extension}`, contentType, bytes, sha256: hash })
      expect(sha256(await read(`${KEY}${extension}`))).toBe(hash)
    }),
  )

  test('or none at all if the host breaks off within its first bytes', () =>
    withCopies(async ({ add, copy, names }) => {
      const file = add({
        contentType: 'application/octet-stream',
        body: Buffer.alloc(500_000, 'x'),
        breaksAfter: 1_000,
      })
      await expect(copy(file.url)).rejects.toMatchObject({ kind: 'retryable', code: 'cut_short' })
      expect(await names()).toEqual([])
    }))
})

describe('a data: URI', () => {
  test.each([
    ['data:image/png;base64,iVBORw0KGgo=', 'image/png', Buffer.from('iVBORw0KGgo=', 'base64')],
    ['data:image/png;charset=x;base64,iVBORw0KGgo', 'image/png', Buffer.from('iVBORw0KGgo=', 'base64')],
    ['DATA:IMAGE/PNG;BASE64,iVBORw0KGgo%3D', 'image/png', Buffer.from('iVBORw0KGgo=', 'base64')],
    ['data:text/plain,a%20b%FF', 'text/plain', Buffer.from('a b\xff', 'latin1')],
    ['data:,hello', 'text/plain', Buffer.from('hello')],
    ['data:,é%', 'text/plain', Buffer.from('é%')],
    ['data:;base64,', 'text/plain', Buffer.alloc(0)],
  ])('%s is stored as its decoded file', (url, contentType, body) =>
    withCopies(async ({ copy, read }) => {
      const stored = await copy(url)
      expect(stored).toMatchObject({ contentType, bytes: body.length, sha256: sha256(body) })
      expect(await read(stored.storageKey)).toEqual(body)
      expect(stored.storageKey).toBe(`${KEY}.${contentType === 'image/png' ? 'png' : 'txt'}`)
    }),
  )

  test.each(['data:', 'data:image/png', 'data:image/png;base64,@@@', 'data:nonsense,', `data:${';x'.repeat(50)},`])(
    '%s is refused',
    (url) =>
      withCopies(async ({ copy }) => {
        await expect(copy(url)).rejects.toMatchObject({ kind: 'refused', code: 'malformed_data_uri' })
      }),
  )
})

test('a body is destroyed when its store fails half-way', () =>
  withReplicate(async (replicate) => {
    let passed: Readable | undefined
    const store = {
      put: async (_key: string, body: Buffer | Readable) => {
        passed = body as Readable
        for await (const _ of passed) break
        throw new Error('store failed')
      },
    }
    const asset = { assetKey: KEY, url: replicate.addFile({ size: 10 * MEGABYTE }).url }
    await expect(copyAsset(asset, { downloader: downloaderOf(replicate), store })).rejects.toThrow('store failed')
    expect(passed?.destroyed).toBe(true)
  }))
