import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { describe, expect, test } from '@jest/globals'
import { eventually, withFolder } from '@sluice/testing'
import { createFileStore } from '../../../src/outbound/store/file-store.ts'

const PDF = { contentType: 'application/pdf' }

describe('a file store', () => {
  test('keeps the first content of a name, and accepts a repeat', () =>
    withFolder(async (folder) => {
      const store = createFileStore(folder)
      await store.put('receipts/in_1.pdf', Buffer.from('first'), PDF)
      await store.put('receipts/in_1.pdf', Buffer.from('second'), PDF)
      expect(await readFile(join(folder, 'receipts/in_1.pdf'), 'utf8')).toBe('first')
      expect(await readdir(join(folder, '.partial'))).toEqual([])
    }))

  test('stores one whole file when many writers use one name', () =>
    withFolder(async (folder) => {
      const store = createFileStore(folder)
      const body = (letter: string) => Readable.from(Array.from({ length: 50 }, () => letter.repeat(1_000)))
      await Promise.all(['a', 'b', 'c', 'd'].map((letter) => store.put('same', body(letter), PDF)))
      expect(await readFile(join(folder, 'same'), 'utf8')).toMatch(/^(a{50000}|b{50000}|c{50000}|d{50000})$/)
      expect(await readdir(folder)).toEqual(['.partial', 'same'])
    }))

  test('removes partial files that a dead process left a day ago, and nothing newer', () =>
    withFolder(async (folder) => {
      const partial = join(folder, '.partial')
      await mkdir(partial)
      for (const [name, hoursAgo] of [['old', 25] as const, ['young', 23] as const]) {
        const at = Date.now() / 1000 - hoursAgo * 3_600
        await writeFile(join(partial, name), 'half')
        await utimes(join(partial, name), at, at)
      }
      createFileStore(folder)
      await eventually(async () => expect(await readdir(partial)).toEqual(['young']))
    }))

  test('stores nothing of a stream that breaks off, and reports why it broke', () =>
    withFolder(async (folder) => {
      const store = createFileStore(folder)
      const broken = Readable.from(
        (async function* () {
          yield 'half'
          throw new Error('the other side hung up')
        })(),
      )
      await expect(store.put('pictures/1', broken, PDF)).rejects.toThrow('the other side hung up')
      expect(await readdir(join(folder, 'pictures'))).toEqual([])
      expect(await readdir(join(folder, '.partial'))).toEqual([])
    }))

  test.each(['../out', 'a/../../out', '/etc/passwd', 'a//b', '.', '', 'a\\b', 'a\0b', `a/${'x'.repeat(256)}`])(
    'refuses the name %j',
    (key) =>
      withFolder(async (folder) => {
        const store = createFileStore(folder)
        await expect(store.put(key, Buffer.from(''), PDF)).rejects.toMatchObject({ code: 'invalid_key' })
        expect(await readdir(folder)).toEqual([])
      }),
  )

  test('reports the cause when a folder cannot be created, and destroys the stream', () =>
    withFolder(async (folder) => {
      const store = createFileStore(folder)
      await store.put('taken', Buffer.from('a file, no folder'), PDF)
      const body = Readable.from(['more'])
      await expect(store.put('taken/below', body, PDF)).rejects.toMatchObject({
        name: 'ObjectStoreError',
        code: 'EEXIST',
      })
      expect(body.destroyed).toBe(true)
    }))
})
