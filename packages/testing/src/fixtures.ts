import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { REPOSITORY } from './repository.ts'

export interface Fixture {
  /** File name without `.json`. */
  name: string
  /** The exact bytes. */
  body: Buffer
}

/** Real payloads, read in place: they are not part of the repository. None, and one line that says so, where absent. */
export function fixtures(folder: string): Fixture[] {
  const directory = resolve(REPOSITORY, '../shared/fixtures', folder)
  if (!existsSync(directory)) {
    console.log(`No real payloads in ${directory}: tests over them have nothing to check.`)
    return []
  }
  const files = readdirSync(directory).filter((file) => file.endsWith('.json'))
  return files
    .sort()
    .map((file) => ({ name: file.slice(0, -'.json'.length), body: readFileSync(join(directory, file)) }))
}
