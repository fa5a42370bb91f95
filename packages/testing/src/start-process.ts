import { spawn } from 'node:child_process'
import { once } from 'node:events'

export interface TestProcess {
  pid: number
  /** All that it printed so far, on both streams. */
  output(): string
  /** Resolves when the process is gone: its exit code, null when a signal ended it. */
  exited: Promise<number | null>
  /** Sends the signal (SIGKILL unless told) and waits for the end. */
  kill(signal?: NodeJS.Signals): Promise<number | null>
  freeze(): void
  thaw(): void
}

export interface ProcessOptions {
  env: Record<string, string | undefined>
  cwd?: string
}

/** `node` on a script, with this environment and no other but `PATH`; it counts what it runs where the test does. */
export function startProcess(script: string, args: string[], { env, cwd }: ProcessOptions): TestProcess {
  const child = spawn(process.execPath, [script, ...args], {
    env: { PATH: process.env['PATH'], NODE_V8_COVERAGE: process.env['COVERAGE_OF_PROCESSES'], ...env },
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const printed: string[] = []
  child.stdout.setEncoding('utf8').on('data', (text: string) => printed.push(text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => printed.push(text))
  const exited = once(child, 'close').then(([exitCode]) => exitCode as number | null)
  return {
    pid: child.pid as number,
    output: () => printed.join(''),
    exited,
    kill: (signal = 'SIGKILL') => {
      child.kill(signal)
      return exited
    },
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
  }
}
