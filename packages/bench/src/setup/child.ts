import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Child {
  process: ChildProcess
  pid: number
  /** Resolves to its exit code; null when a signal ended it. */
  ended: Promise<number | null>
  /** Its output so far. */
  output(): string
  /** Sends SIGTERM, and SIGKILL five seconds later. */
  stop(): Promise<void>
}

export interface ChildOptions {
  name: string
  /** Working directory, and where its output is kept. */
  folder: string
  core: string | undefined
  env?: Record<string, string>
  /** Opens an IPC channel to a Node process. */
  talks?: boolean
}

let started = 0
const running = new Set<Pick<Child, 'stop'>>()

/** Starts a program on its core, with only `PATH` and this environment. Its output goes to a file. */
export function startChild(program: string, args: string[], { name, folder, core, env, talks }: ChildOptions): Child {
  started += 1
  const log = join(folder, `${started}-${name}.log`)
  const output = openSync(log, 'a')
  const [command = program, ...rest] =
    core === undefined ? [program, ...args] : ['taskset', '-c', core, program, ...args]
  const child = spawn(command, rest, {
    env: { PATH: process.env['PATH'], ...env },
    cwd: folder,
    stdio: ['ignore', output, output, talks ? 'ipc' : 'ignore'],
  })
  closeSync(output)
  child.once('error', () => {})
  const ended = new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(127))
    child.once('exit', resolve)
  })
  const self: Child = {
    process: child,
    pid: child.pid ?? 0,
    ended,
    output: () => readFileSync(log, 'utf8'),
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exit = once(child, 'exit')
      child.kill('SIGTERM')
      const tooLong = setTimeout(() => child.kill('SIGKILL'), 5_000)
      await exit
      clearTimeout(tooLong)
    },
  }
  running.add(self)
  void ended.then(() => running.delete(self))
  return self
}

/** Registers something else for `stopAll`. */
export const stopLater = (stop: () => Promise<void>): void => void running.add({ stop })

/** Stops everything that was started here. */
export const stopAll = async (): Promise<void> => {
  await Promise.all([...running].map((child) => child.stop()))
}

/** Path of a compiled script of this package, by its name below `src`. */
export const scriptOf = (name: string): string => fileURLToPath(new URL(`../${name}.js`, import.meta.url))
