import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TestProcess } from './start-process.ts'

const dataUrl = (code: string) => `data:text/javascript,${encodeURIComponent(code)}`

/** https://nodejs.org/docs/latest-v20.x/api/module.html#customization-hooks */
const HOOKS = dataUrl(`
  import { writeSync } from 'node:fs'
  export function load(url, context, next) {
    writeSync(2, 'loaded ' + url + '\\n')
    return next(url, context)
  }`)

const PRELOADED = dataUrl(`
  import { writeSync } from 'node:fs'
  import { createRequire, register } from 'node:module'
  register(${JSON.stringify(HOOKS)})
  process.on('exit', () => {
    for (const path of Object.keys(createRequire('/').cache)) writeSync(2, 'loaded file://' + path + '\\n')
  })`)

/**
 * NODE_OPTIONS of a process whose `loadedFiles` are to be known. It prints the address of every file that it imports, and
 * at its end those of the files that CommonJS modules required.
 */
export const LOG_LOADED = `--import=${PRELOADED}`

export const loadedFiles = (app: TestProcess): string[] => [
  ...new Set([...app.output().matchAll(/^loaded (file:\S+)$/gm)].map(([, url]) => String(url))),
]

/**
 * The modules in such files: a file of a bundle contains those that its `modules.json` lists, by their paths from the
 * root of the checkout. Any other file is a module.
 */
export const modulesIn = (urls: string[]): string[] => urls.flatMap((url) => bundledIn(url) ?? [url])

function bundledIn(url: string): string[] | undefined {
  if (!url.includes('/dist/bundle/')) return undefined
  return JSON.parse(readFileSync(fileURLToPath(new URL('modules.json', url)), 'utf8'))[basename(url)]
}
