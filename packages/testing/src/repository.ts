import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The root of the checkout: this file is as deep in `src` as in `dist`. */
export const REPOSITORY = fileURLToPath(new URL('../../../', import.meta.url))

export const entryOf = (app: string, root = REPOSITORY): string => join(root, 'apps', app, 'dist', 'main.js')
