// PgBouncer in front of a server: that of PATH, else of Debian's packages, which are unpacked and not installed.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chown, mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from '@sluice/dev-services'
import { eventually, withFolder } from '@sluice/testing'
import { sql } from './server.mjs'

const CACHE = fileURLToPath(new URL('../../../../.sluice/tools/pgbouncer', import.meta.url))
const DEBIAN_PACKAGES = ['pgbouncer', 'libc-ares2', 'libevent-2.1-7']

/**
 * Starts PgBouncer in front of the server of `urls`, with the settings that it has by default.
 *
 * @param mode `session` or `transaction`
 * @param use gets the same addresses, through the pooler
 */
export const withPooler = (mode, urls, use) =>
  withFolder(async (folder) => {
    const { program, env } = await findPgBouncer()
    const port = await freePort()
    const addresses = urls.map((url) => Object.assign(new URL(url), { port }).href)
    const settings = join(folder, 'pgbouncer.ini')
    const users = join(folder, 'users.txt')
    await writeFile(settings, settingsOf(urls[0], mode, port, users))
    await writeFile(users, urls.map(lineOf).join(''))
    if (process.getuid() === 0) for (const path of [folder, settings, users]) await chown(path, NOBODY.uid, NOBODY.gid)
    const child = spawn(program, [settings], { env, stdio: 'ignore', ...(process.getuid() === 0 && NOBODY) })
    const ended = new Promise((resolve) => child.once('close', resolve))
    try {
      await eventually(() => sql(addresses[0], 'SELECT 1'), 10_000)
      return await use(addresses)
    } finally {
      child.kill('SIGKILL')
      await ended
    }
  })

/** It refuses to run as root. */
const NOBODY = { uid: 65_534, gid: 65_534 }

function lineOf(url) {
  const { username, password } = new URL(url)
  return `"${username}" "${password}"\n`
}

const settingsOf = (url, mode, port, users) => `[databases]
* = host=127.0.0.1 port=${new URL(url).port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
auth_type = plain
auth_file = ${users}
pool_mode = ${mode}
unix_socket_dir =
`

async function findPgBouncer() {
  if (spawnSync('pgbouncer', ['--version']).status === 0) return { program: 'pgbouncer', env: process.env }
  const program = join(CACHE, 'usr/sbin/pgbouncer')
  if (!existsSync(program)) await unpack()
  const libraries = join(CACHE, 'usr/lib', `${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`)
  return { program, env: { ...process.env, LD_LIBRARY_PATH: libraries } }
}

async function unpack() {
  await mkdir(CACHE, { recursive: true })
  run('apt-get', ['download', '-qq', ...DEBIAN_PACKAGES])
  for (const file of await readdir(CACHE)) if (file.endsWith('.deb')) run('dpkg-deb', ['-x', file, '.'])
}

function run(program, args) {
  const { status, stderr } = spawnSync(program, args, { cwd: CACHE, encoding: 'utf8' })
  if (status !== 0) throw new Error(`There is no pgbouncer: install it. ${program} said: ${stderr}`)
}
