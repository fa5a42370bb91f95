import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Child {
  process: ChildProcess
  pid: number
  /** Resolves when it has ended: its exit code, null when a signal ended it. */
  ended: Promise<number | null>
  /** All that it printed so far. */
  output(): string
  /** SIGTERM, and SIGKILL to what is still there five seconds later. */
  stop(): Promise<void>
}

export interface ChildOptions {
  name: string
  /** Where its output is kept, and where it runs. */
  folder: string
  core: string | undefined
  env?: Record<string, string>
  /** It is a Node process that takes messages. */
  talks?: boolean
}

let started = 0
const running = new Set<Pick<Child, 'stop'>>()

/** Starts a program on its core, with this environment and no other but `PATH`. Its output goes to a file. */
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

/** Has something else that was started ended with them. */
export const stopToo = (stop: () => Promise<void>): void => void running.add({ stop })

/** Ends every process that was started here and still runs. */
export const stopAll = async (): Promise<void> => {
  await Promise.all([...running].map((child) => child.stop()))
}
