import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The bytes of one value in the file. */
export interface Place {
  offset: number
  length: number
}

export interface ObjectFile {
  append(value: unknown): Place
  read(place: Place): unknown
  close(): void
}

/** Values as JSON in a file that is only appended to, since an account of Stripe may be larger than the memory of a test. */
export function openObjectFile(): ObjectFile {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-stripe-'))
  const file = openSync(join(folder, 'objects'), 'w+')
  rmSync(folder, { recursive: true }) // the descriptor keeps it, and nothing is left of a test that is killed
  let end = 0
  return {
    append(value) {
      const bytes = Buffer.from(JSON.stringify(value))
      const place = { offset: end, length: bytes.length }
      writeSync(file, bytes, 0, bytes.length, end)
      end += bytes.length
      return place
    },
    read({ offset, length }) {
      const bytes = Buffer.allocUnsafe(length)
      readSync(file, bytes, 0, length, offset)
      return JSON.parse(bytes.toString())
    },
    close: () => closeSync(file),
  }
}
