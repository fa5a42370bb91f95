import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { withFolder } from '@sluice/testing'
import type { Ended } from './sluice.ts'

const PROGRAMS = {
  node: process.execPath,
  npx: join(dirname(process.execPath), 'npx'),
  sh: '/bin/sh',
  env: '/usr/bin/env',
}

/** Runs `npx` in a checkout on a machine that has Node and npm alone: no pnpm on PATH, no registry, an empty cache. */
export const npx = (checkout: string, args: string[]): Promise<Ended> =>
  withFolder(async (home) => {
    for (const [name, target] of Object.entries(PROGRAMS)) symlinkSync(target, join(home, name))
    const settings = {
      npm_config_cache: join(home, 'cache'),
      npm_config_offline: 'true',
      npm_config_update_notifier: 'false',
    }
    const child = spawn('npx', args, { cwd: checkout, env: { PATH: home, HOME: home, ...settings } })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text))
    const [exitCode] = await once(child, 'close')
    return { exitCode, output }
  })
