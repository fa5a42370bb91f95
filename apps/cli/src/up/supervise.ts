import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, statSync } from 'node:fs'
import { devNull } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { AppName } from './apps.ts'
import { end } from './process.ts'

const READY_WITHIN_MS = 60_000
const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 30_000
const STEADY_MS = 60_000
/** Longer than an app's own shutdown limit, so that only a stuck app is killed. */
const PATIENCE_MS = Number(process.env['SHUTDOWN_TIMEOUT_MS'] || 10_000) + 5_000

export interface Supervised {
  pid(): number
  /** Rejects if the app ends or does not answer in time. The error names its log file. */
  ready(stop: AbortSignal): Promise<void>
  onRestart(notify: () => Promise<void>): void
  stop(): Promise<void>
}

/** Runs an app as a separate process, and restarts it when it ends unexpectedly: after 1 s, 2 s, 4 s … 30 s. */
export function supervise(name: AppName, port: number, env: NodeJS.ProcessEnv, directory: string): Supervised {
  const log = join(directory, 'logs', `${name}.log`)
  const logged = existsSync(log) ? statSync(log).size : 0
  let stopping = false
  let everReady = false
  let pauseMs = FIRST_PAUSE_MS
  let restarting: NodeJS.Timeout | undefined
  let notifyRestarted: () => Promise<void> = async () => {}
  let child = start()

  function start(): ChildProcess {
    const started = Date.now()
    const file = openLog(log)
    // Detached, so that Ctrl-C in the terminal reaches only `up`, which stops the apps in order.
    const spawned = spawn(process.execPath, [entryOf(name)], { env, stdio: ['ignore', file, file], detached: true })
    closeSync(file)
    spawned.once('exit', () => {
      if (stopping || !everReady) return
      if (Date.now() - started > STEADY_MS) pauseMs = FIRST_PAUSE_MS
      restarting = setTimeout(restart, pauseMs)
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)
    })
    return spawned
  }

  function restart(): void {
    child = start()
    notifyRestarted().catch((error: Error) => console.error(error.message))
  }

  const lastResort = () => child.kill('SIGKILL')
  process.once('exit', lastResort)

  return {
    pid: () => child.pid as number,
    ready: async (stop) => {
      const deadline = Date.now() + READY_WITHIN_MS
      while (!(await answers(port))) {
        stop.throwIfAborted()
        if (hasEnded(child)) throw new Error(explainEnd(name, log, logged))
        if (Date.now() > deadline) throw new Error(`${name} is not ready after a minute: see ${log}`)
        await pause(100)
      }
      everReady = true
    },
    onRestart: (notify) => {
      notifyRestarted = notify
    },
    stop: async () => {
      stopping = true
      clearTimeout(restarting)
      if (!hasEnded(child)) await end(child.pid as number, PATIENCE_MS)
      process.off('exit', lastResort)
    },
  }
}

/** Without a log the app runs all the same: its folder may be full or read-only. */
function openLog(log: string): number {
  try {
    return openSync(log, 'a')
  } catch (error) {
    console.error(`Cannot open ${log} (${(error as NodeJS.ErrnoException).code}), so its lines are lost.`)
    return openSync(devNull, 'a')
  }
}

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null

const entryOf = (name: AppName): string => fileURLToPath(new URL(`../../../${name}/dist/main.js`, import.meta.url))

async function answers(port: number): Promise<boolean> {
  const address = `http://127.0.0.1:${port}/readyz`
  const response = await fetch(address, { signal: AbortSignal.timeout(2_000) }).catch(() => null)
  return response?.status === 200
}

/** The reason that the app gave: a wrong variable, or an error of its log. @param from where its log of this start begins */
function explainEnd(name: AppName, log: string, from: number): string {
  const lines = existsSync(log) ? readFileSync(log).subarray(from).toString().trim().split('\n') : []
  const isPlain = lines.every((line) => !line.startsWith('{'))
  if (isPlain && lines[0]) return lines.join('\n')
  const said = lines.map(errorIn).findLast((message) => message !== undefined) ?? lines.slice(-5).join('\n')
  return `${name} ended before it was ready: ${said}\nThe whole log: ${log}`
}

function errorIn(line: string): string | undefined {
  try {
    const { level, message } = JSON.parse(line)
    return level === 'error' ? message : undefined
  } catch {
    return undefined
  }
}
