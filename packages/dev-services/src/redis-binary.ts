import { existsSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { run } from './run.ts'

/** Debian asks this program whether a package may start its service. 101 means no. */
const SERVICE_POLICY = '/usr/sbin/policy-rc.d'

export function findRedis(): string | null {
  const folders = (process.env.PATH ?? '').split(delimiter)
  const candidates = ['redis-server', 'valkey-server'].flatMap((name) => folders.map((folder) => join(folder, name)))
  return candidates.find((path) => existsSync(path)) ?? null
}

/** On Debian as root, installs Redis from the distribution without starting its service. Null elsewhere, or on failure. */
export async function installRedis(): Promise<string | null> {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return null
  return await withoutServices(async () => {
    if (!(await aptInstall('redis-server'))) {
      await run('apt-get', ['update', '-qq'])
      await aptInstall('redis-server')
    }
    return findRedis()
  })
}

async function aptInstall(name: string): Promise<boolean> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const { exitCode } = await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', name], null, env)
  return exitCode === 0
}

async function withoutServices<T>(use: () => Promise<T>): Promise<T> {
  if (existsSync(SERVICE_POLICY)) return await use()
  await writeFile(SERVICE_POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    return await use()
  } finally {
    await rm(SERVICE_POLICY, { force: true })
  }
}
