import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { describe, expect, test } from '@jest/globals'
import { withFolder } from '@sluice/testing'
import { withS3 } from '@sluice/testing/stand-ins'
import { mailFolderOf, openStoredFiles, placeOf, type StoredFiles } from '../src/index.ts'

interface Store {
  files: StoredFiles
  names(): Promise<string[]>
}

const inFolder = (use: (store: Store) => Promise<void>) =>
  withFolder(async (directory) => {
    await mkdir(join(directory, 'receipts'))
    await writeFile(join(directory, 'receipts/a.pdf'), 'a receipt')
    const files = openStoredFiles({ kind: 'file', directory }, { timeoutMs: 2_000 })
    await use({ files, names: () => readdir(join(directory, 'receipts')) })
  })

const inBucket = (use: (store: Store) => Promise<void>) =>
  withS3(async ({ env, objects }) => {
    Object.assign(process.env, env)
    objects.set('assets/receipts/a.pdf', { body: Buffer.from('a receipt'), contentType: 'application/pdf' })
    const files = openStoredFiles(
      { kind: 's3', bucket: 'bucket', prefix: 'assets/', endpoint: env['S3_ENDPOINT'] },
      { timeoutMs: 2_000 },
    )
    try {
      await use({ files, names: async () => [...objects.keys()].map((name) => name.replace('assets/receipts/', '')) })
    } finally {
      files.close()
    }
  })

describe.each([
  ['a folder', inFolder],
  ['a bucket', inBucket],
])('a file in %s', (_where, withStore) => {
  test('is read, and undefined if there is none', () =>
    withStore(async ({ files }) => {
      expect(await text((await files.read('receipts/a.pdf')) as Readable)).toBe('a receipt')
      expect(await files.read('receipts/b.pdf')).toBeUndefined()
    }))

  test('is read in parts', () =>
    withStore(async ({ files }) => {
      expect(await text((await files.read('receipts/a.pdf', { start: 2, end: 4 })) as Readable)).toBe('rec')
      expect(await files.readHead('receipts/a.pdf', 3)).toEqual({ bytes: 9, head: Buffer.from('a r') })
      expect(await files.readHead('receipts/a.pdf', 4_100)).toEqual({ bytes: 9, head: Buffer.from('a receipt') })
      expect(await files.readHead('receipts/b.pdf', 3)).toBeUndefined()
    }))

  test('is removed, also a second time', () =>
    withStore(async ({ files, names }) => {
      await files.remove('receipts/a.pdf')
      await files.remove('receipts/a.pdf')
      expect(await names()).toEqual([])
    }))

  test('is never one outside of it', () =>
    withStore(async ({ files }) => {
      await expect(files.remove('../a.pdf')).rejects.toMatchObject({ code: 'invalid_key' })
      await expect(files.read('/etc/passwd')).rejects.toMatchObject({ code: 'invalid_key' })
    }))
})

test('a bucket that refuses is an error, not a file that is gone', () =>
  withS3(async ({ env, failWith }) => {
    Object.assign(process.env, env)
    const files = openStoredFiles(
      { kind: 's3', bucket: 'bucket', prefix: '', endpoint: env['S3_ENDPOINT'] },
      { timeoutMs: 2_000 },
    )
    failWith({ status: 503 })
    await expect(files.remove('a.pdf')).rejects.toMatchObject({ name: 'ObjectStoreError', code: 's3_503' })
    files.close()
  }))

test('a folder that is missing is an error', () =>
  expect(openStoredFiles({ kind: 'file', directory: '/nowhere' }, { timeoutMs: 2_000 }).check()).rejects.toMatchObject({
    code: 'ENOENT',
  }))

test('the folder of e-mails is beside the default folder of assets', () => {
  const folders = ['file:.sluice/assets', 'file:/var/lib/sluice/.sluice/assets', 'file:/files', 's3://bucket'].map(
    (address) => {
      const place = placeOf(address)
      return place && mailFolderOf(place)
    },
  )
  expect(folders).toEqual(['.sluice/mail', '/var/lib/sluice/.sluice/mail', '.sluice/mail', '.sluice/mail'])
})
