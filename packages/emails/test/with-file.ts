import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { withFolder } from '@sluice/testing'

/** A folder with one file of JSON, or of text as it is. */
export const withFile = <T>(name: string, content: unknown, use: (folder: string, path: string) => T | Promise<T>) =>
  withFolder(async (folder) => {
    const path = join(folder, name)
    await writeFile(path, typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content))
    return use(folder, path)
  })
