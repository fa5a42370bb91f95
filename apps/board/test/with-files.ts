import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { openStoredFiles, type StoredFiles } from '@sluice/stored-files'
import { withFolder } from '@sluice/testing'
import { FILES } from './file-rows.ts'

export interface TestFiles {
  files: StoredFiles
  directory: string
}

/** A store on the disk with all `FILES`; beside them lies a file that no row names, and one above the folder. */
export const withFiles = (use: (store: TestFiles) => Promise<void>): Promise<void> =>
  withFolder(async (outer) => {
    const directory = join(outer, 'assets')
    const stored = Object.entries(FILES).map(([key, { body }]) => [key, body] as const)
    for (const [key, body] of [...stored, ['job_1/unnamed.png', 'x'], ['../secret.txt', 'a secret']] as const) {
      await mkdir(dirname(join(directory, key)), { recursive: true })
      await writeFile(join(directory, key), body)
    }
    await use({ directory, files: openStoredFiles({ kind: 'file', directory }, { timeoutMs: 2_000 }) })
  })
