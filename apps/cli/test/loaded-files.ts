import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The files that processes have loaded, which Node writes to the folder of NODE_V8_COVERAGE. */
export const loadedFiles = (folder: string): string[] =>
  readdirSync(folder)
    .flatMap((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')).result)
    .map(({ url }: { url: string }) => url)
    .filter((url) => url.startsWith('file:'))
