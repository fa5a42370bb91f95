import { statSync } from 'node:fs'
import { chmod, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { entryOf, eventually, startProcess, type TestProcess, withFolder } from '@sluice/testing'
import type { State } from '../src/up/state.ts'

const PORTS = { INGEST_PORT: '0', WORKER_PORT: '0', BOARD_PORT: '0' }

/** Open to all, so that the data stays in it: Postgres does not run as root. */
const inFolder = (use: (cwd: string) => Promise<void>): Promise<void> =>
  withFolder(async (cwd) => {
    await chmod(cwd, 0o755)
    await use(cwd)
  })

/** `sluice up --json` in this folder, until its one line says where everything is. */
async function start(cwd: string): Promise<{ up: TestProcess; state: State }> {
  const up = startProcess(entryOf('cli'), ['up', '--json'], { env: PORTS, cwd })
  const ended = up.exited.then(() => Promise.reject(new Error(up.output())))
  const state = await Promise.race([eventually(() => JSON.parse(up.output()) as State, 60_000), ended])
  return { up, state }
}

const sluice = async (cwd: string, ...args: string[]): Promise<string> => {
  const command = startProcess(entryOf('cli'), args, { env: {}, cwd })
  return `${await command.exited} ${command.output()}`
}

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

test(
  'everything runs, is found by other commands, and leaves no process behind',
  () =>
    inFolder(async (cwd) => {
      const { up, state } = await start(cwd)
      try {
        expect(statSync(join(cwd, '.sluice', 'state.json')).mode & 0o777).toBe(0o600)
        expect(await sluice(cwd, 'send', 'stripe', 'invoice.payment_succeeded')).toMatch(/^0 .*200 received/s)
        expect(await sluice(cwd, 'smoke')).toMatch(/^0 /)
        expect(await sluice(cwd, 'up')).toMatch(/^1 .*already running here/s)
        expect(await readFile(join(cwd, '.sluice', 'logs', 'ingest.log'), 'utf8')).not.toContain(
          state.stripeWebhookSecret,
        )
      } finally {
        expect(await up.kill('SIGINT')).toBe(0)
      }
      expect(state.pids.filter(lives)).toEqual([])
    }),
  120_000,
)

test(
  'after a SIGKILL the next start ends what was left, and finds data and secrets again',
  () =>
    inFolder(async (cwd) => {
      const first = await start(cwd)
      await sluice(cwd, 'send', 'stripe', 'invoice.payment_succeeded', '--id', 'evt_before')
      await first.up.kill('SIGKILL')
      const second = await start(cwd)
      try {
        expect(first.state.pids.filter(lives)).toEqual([])
        expect(second.state.stripeWebhookSecret).toBe(first.state.stripeWebhookSecret)
        const again = await sluice(cwd, 'send', 'stripe', 'invoice.payment_succeeded', '--id', 'evt_before', '--json')
        expect(again).toContain('"duplicate":true')
      } finally {
        await second.up.kill('SIGTERM')
      }
    }),
  120_000,
)
