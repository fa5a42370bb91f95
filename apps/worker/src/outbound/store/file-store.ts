import { randomUUID } from 'node:crypto'
import { link, mkdir, open, readdir, stat, unlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { waitForErrno } from '../unreachable.ts'
import { checkKey, type ObjectStore, ObjectStoreError } from './object-store.ts'

/** Folder of unfinished files. It is on the same disk, so that a finished file can be linked atomically. */
const PARTIAL = '.partial'

/** Longer than any write takes: an older file was left by a process that died. */
const ABANDONED_MS = 86_400_000

/** Files below a folder, which is created on first use. */
export function createFileStore(directory: string): ObjectStore {
  void removeAbandoned(join(directory, PARTIAL)).catch(() => {}) // the folder does not exist yet, or the next start removes them
  return {
    async put(key, body) {
      checkKey(key)
      const partial = join(directory, PARTIAL, randomUUID())
      const final = join(directory, key)
      try {
        await mkdir(dirname(partial), { recursive: true })
        await mkdir(dirname(final), { recursive: true })
        await write(partial, body)
        await publish(partial, final)
      } catch (error) {
        throw failureOf(error, body)
      } finally {
        await unlink(partial).catch(() => {})
      }
    },
    close: () => {},
  }
}

async function removeAbandoned(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name)
    const { mtimeMs } = await stat(path)
    const now = new Date() // by the clock that dates the files
    if (now.getTime() - mtimeMs > ABANDONED_MS) await unlink(path)
  }
}

/** Resolves once the file is flushed to the disk. */
async function write(path: string, body: Buffer | Readable): Promise<void> {
  const file = await open(path, 'wx')
  try {
    await writeFile(file, body)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** A link, unlike a rename, never replaces an existing file. */
async function publish(partial: string, final: string): Promise<void> {
  try {
    await link(partial, final)
  } catch (error) {
    if (isErrno(error) && error.code === 'EEXIST') return
    throw error
  }
  const folder = await open(dirname(final))
  await folder.sync().finally(() => folder.close())
}

function failureOf(error: unknown, body: Buffer | Readable): unknown {
  if (!Buffer.isBuffer(body)) {
    if (body.errored) return body.errored // the source failed, not the store
    body.destroy()
  }
  return waitForErrno(error) ?? (isErrno(error) ? new ObjectStoreError(error.code) : error)
}

const isErrno = (error: unknown): error is { code: string } =>
  typeof (error as NodeJS.ErrnoException).errno === 'number'
