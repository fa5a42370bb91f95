import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { REPOSITORY } from '../repository.ts'

/** One webhook body. */
export interface Payload {
  /** Event type or status, then its shape, e.g. `invoice.paid__2020-08-27`. */
  name: string
  /** The exact bytes. */
  body: Buffer
}

/** Our own payloads and vectors, written by hand from the providers' documentation. */
const WRITTEN = join(REPOSITORY, 'packages/testing/fixtures')

/** Payloads that providers really sent, not part of the repository: `*.recorded.test.ts` read them in place. */
export const RECORDED = resolve(REPOSITORY, '../shared/fixtures')

export const writtenPayloads = (folder: string): Payload[] => payloadsIn(join(WRITTEN, folder))

export const recordedPayloads = (folder: string): Payload[] => payloadsIn(join(RECORDED, folder))

/** @throws when the folder is missing or empty: a test over no payload would check nothing. */
function payloadsIn(directory: string): Payload[] {
  const files = readdirSync(directory).filter((file) => file.endsWith('.json'))
  if (files.length === 0) throw new Error(`There is no payload in ${directory}.`)
  return files
    .sort()
    .map((file) => ({ name: file.slice(0, -'.json'.length), body: readFileSync(join(directory, file)) }))
}
