import { closeSync, openSync } from 'node:fs'
import { freePort } from '@sluice/dev-services'
import { eventually, startProcess, type TestProcess } from '@sluice/testing'

/** Time that an orchestrator takes to restart a process. */
const RESTART_MS = 500
const READY_MS = 60_000

/** A process that is restarted on the same port whenever it ends. */
export interface Supervised {
  name: string
  url: string
  /** The running process. */
  process(): TestProcess
  /** Exit codes of earlier processes; null for one ended by a signal. */
  ends: (number | null)[]
  /** Output of all of them. */
  output(): string
  /** Sends a signal and waits for the exit; the restart follows. */
  kill(signal: NodeJS.Signals): Promise<number | null>
  /** Sets variables of the next process, merged over the usual ones, and where its standard output goes. */
  change(env: Record<string, string>, outputFile?: string): void
  ready(): Promise<void>
  /** Stops it without a restart. */
  stop(): Promise<void>
}

export interface Program {
  /** E.g. `worker-2`. */
  name: string
  script: string
  env: Record<string, string>
  /** The variable that names its port. */
  portVariable: string
  cwd: string
}

export async function supervise({ name, script, env, portVariable, cwd }: Program): Promise<Supervised> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const ends: (number | null)[] = []
  const all: TestProcess[] = []
  let stopped = false
  let changed: Record<string, string> = {}
  let file: string | undefined
  let current: TestProcess
  let pause: NodeJS.Timeout | undefined

  function start(): void {
    const stdout = file === undefined ? undefined : openSync(file, 'a')
    const started = startProcess(script, [], { env: { ...env, ...changed, [portVariable]: `${port}` }, cwd, stdout })
    if (stdout !== undefined) closeSync(stdout) // the process has its own
    current = started
    all.push(started)
    void started.exited.then((exitCode) => {
      ends.push(exitCode)
      if (!stopped) pause = setTimeout(start, RESTART_MS)
    })
  }
  start()

  return {
    name,
    url,
    ends,
    process: () => current,
    output: () => all.map((one) => one.output()).join(''),
    kill: (signal) => current.kill(signal),
    change: (next, outputFile) => {
      changed = next
      file = outputFile
    },
    ready: () =>
      eventually(async () => {
        const response = await fetch(`${url}/readyz`).catch(() => null)
        if (response?.status !== 200) throw new Error(`${name} is not ready:\n${current.output().slice(-2_000)}`)
      }, READY_MS),
    stop: async () => {
      stopped = true
      clearTimeout(pause)
      current.thaw()
      await current.kill('SIGKILL')
    },
  }
}
