import { createWriteStream } from 'node:fs'
import { mkdir, open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Zip, ZipDeflate } from 'fflate'

/** The place that files are exported to. Nobody but its owner may read it. */
export interface Sink {
  /** @param name a relative path */
  add(name: string, content: string | Buffer | Readable): Promise<void>
  /** Must be called at the end: an archive is complete only then. */
  finish(): Promise<void>
}

const FILE_MODE = 0o600
const FOLDER_MODE = 0o700

/** A folder, or a zip archive if the path ends like one. @throws if it exists */
export const openSink = (path: string): Promise<Sink> => (path.endsWith('.zip') ? openZip(path) : openFolder(path))

async function openFolder(path: string): Promise<Sink> {
  await mkdir(dirname(path), { recursive: true })
  await mkdir(path, { mode: FOLDER_MODE })
  return {
    async add(name, content) {
      const target = join(path, name)
      await mkdir(dirname(target), { recursive: true, mode: FOLDER_MODE })
      await pipeline(readableOf(content), createWriteStream(target, { flags: 'wx', mode: FILE_MODE }))
    },
    finish: async () => {},
  }
}

async function openZip(path: string): Promise<Sink> {
  await mkdir(dirname(path), { recursive: true })
  const file = await open(path, 'wx', FILE_MODE)
  const output = file.createWriteStream()
  const zip = new Zip((error, chunk) => {
    if (error) output.destroy(error)
    else output.write(chunk)
  })
  return {
    async add(name, content) {
      const entry = new ZipDeflate(name)
      zip.add(entry)
      for await (const chunk of readableOf(content)) {
        entry.push(chunk as Buffer)
        if (output.writableNeedDrain) await drained(output)
      }
      entry.push(new Uint8Array(0), true)
    },
    finish: () =>
      new Promise((resolve, reject) => {
        output.once('close', resolve).once('error', reject)
        zip.end()
        output.end()
      }),
  }
}

const readableOf = (content: string | Buffer | Readable): Readable =>
  content instanceof Readable ? content : Readable.from([Buffer.from(content)], { objectMode: false })

const drained = (output: Writable): Promise<void> =>
  new Promise((resolve, reject) => {
    output.once('drain', resolve).once('error', reject)
  })
