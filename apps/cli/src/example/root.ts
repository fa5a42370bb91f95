import { fileURLToPath } from 'node:url'

/** The checkout. This file is as deep in `src` as in `dist`. */
export const ROOT = fileURLToPath(new URL('../../../../', import.meta.url))
