// `node bin/stage.mjs FOLDER`: puts into FOLDER what is published, for `npm publish FOLDER`. The package must be built.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const HOST = fileURLToPath(new URL('..', import.meta.url))
const to = process.argv[2]
if (!to) throw new Error('Usage: node bin/stage.mjs FOLDER')

mkdirSync(to, { recursive: true })
for (const name of ['dist', 'schemas', 'src', 'README.md'])
  cpSync(join(HOST, name), join(to, name), { recursive: true })
cpSync(join(HOST, '../../LICENSE'), join(to, 'LICENSE'))
writeFileSync(join(to, 'package.json'), `${JSON.stringify(manifest(), null, 2)}\n`)

/** Without what only this repository understands: its catalogue, its condition `source`, scripts and tests. */
function manifest() {
  const { scripts, devDependencies, dependencies, exports, ...kept } = read(join(HOST, 'package.json'))
  const { source, ...conditions } = exports['.']
  return {
    ...kept,
    ...repository(),
    exports: { ...exports, '.': conditions },
    dependencies: Object.fromEntries(Object.keys(dependencies).map((name) => [name, `^${installed(name)}`])),
  }
}

/** The provenance of a package is only taken if it names the repository that it is built in. */
function repository() {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name } = process.env
  return name ? { repository: { type: 'git', url: `git+${server}/${name}.git`, directory: 'packages/host' } } : {}
}

function installed(name) {
  const main = createRequire(import.meta.url).resolve(name)
  const end = main.lastIndexOf(`node_modules/${name}/`) + `node_modules/${name}/`.length
  return read(join(main.slice(0, end), 'package.json')).version
}

function read(file) {
  return JSON.parse(readFileSync(file, 'utf8'))
}
