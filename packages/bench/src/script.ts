import { fileURLToPath } from 'node:url'

/** The file that a child process runs, by its name below this folder. Only what is built can be run. */
export const scriptOf = (name: string): string => fileURLToPath(new URL(`./${name}.js`, import.meta.url))
