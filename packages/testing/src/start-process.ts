import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { REPOSITORY } from './repository.ts'

/** The folder for the coverage of processes; set by `pnpm coverage` alone. */
const COUNTS = process.env['COVERAGE_OF_PROCESSES']
const LEAVE_COUNTS = pathToFileURL(join(REPOSITORY, 'packages/testing/bin/measure/leave-counts.mjs')).href

export interface TestProcess {
  pid: number
  /** Everything printed so far, on both streams. */
  output(): string
  /** Resolves when the process is gone: its exit code, null when a signal ended it. */
  exited: Promise<number | null>
  /** Sends the signal and waits for the end. Default: SIGKILL, after coverage is written if it is measured. */
  kill(signal?: NodeJS.Signals): Promise<number | null>
  /** Nobody reads its output any more, as when the collector of its log ends. */
  closeOutput(): void
  freeze(): void
  thaw(): void
}

export interface ProcessOptions {
  env: Record<string, string | undefined>
  cwd?: string
  /** File descriptor for stdout instead of a pipe; the lines are not part of `output()` then. */
  stdout?: number | undefined
}

const running = new Set<ChildProcess>()

/** Coverage is counted in the files that tsc wrote, one a source. */
const COUNTING = COUNTS ? ['--conditions=unbundled', '--import', LEAVE_COUNTS] : []

/** Runs a script in `node` with this environment and `PATH` alone; its coverage is measured when the test's is. */
export function startProcess(script: string, args: string[], { env, cwd, stdout }: ProcessOptions): TestProcess {
  const child = spawn(process.execPath, [...COUNTING, script, ...args], {
    env: { PATH: process.env['PATH'], NODE_V8_COVERAGE: COUNTS, ...env },
    cwd,
    stdio: ['ignore', stdout ?? 'pipe', 'pipe'],
  })
  running.add(child)
  child.once('close', () => running.delete(child))
  const printed: string[] = []
  child.stdout?.setEncoding('utf8').on('data', (text: string) => printed.push(text))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => printed.push(text))
  const exited = once(child, 'close').then(([exitCode]) => exitCode as number | null)
  return {
    pid: child.pid as number,
    output: () => printed.join(''),
    exited,
    kill: (signal) => {
      if (COUNTS && !signal) endCounted(child)
      else child.kill(signal ?? 'SIGKILL')
      return exited
    },
    closeOutput: () => {
      child.stdout?.destroy()
      child.stderr?.destroy()
    },
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
  }
}

/** Kills the processes that are left of those that this test file started, and waits for their end. */
export async function endProcesses(): Promise<void> {
  const ended = [...running].map((child) => once(child, 'close'))
  for (const child of running) child.kill('SIGKILL')
  await Promise.all(ended)
}

/** A process that is frozen or too busy to write its coverage is killed without it. */
function endCounted(child: ChildProcess): void {
  child.kill('SIGUSR2')
  const tooLong = setTimeout(() => child.kill('SIGKILL'), 2_000)
  child.once('close', () => clearTimeout(tooLong))
}
