import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder is as deep in `src` as in `dist`. */
const FOLDER = fileURLToPath(new URL('../../../../packages/host/examples', import.meta.url))

interface Example {
  /** Arguments of Node, in the folder of the example. */
  start: string[]
}

export type ExampleName = 'express'

export const EXAMPLES: Record<ExampleName, Example> = {
  express: { start: ['server.js'] },
}

/** @throws in an image, which has no examples. */
export function folderOf(name: ExampleName): string {
  const folder = join(FOLDER, name)
  if (existsSync(folder)) return folder
  throw new Error('The examples are not part of an image: run this in a checkout of Sluice.')
}
