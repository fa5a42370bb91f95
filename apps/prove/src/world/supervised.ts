import { freePort } from '@sluice/dev-services'
import { eventually, startProcess, type TestProcess } from '@sluice/testing'

/** As long as an orchestrator takes to notice that a process is gone. */
const RESTART_MS = 500
const READY_MS = 60_000

/** A process that is started again whenever it ends, on the same port. */
export interface Supervised {
  name: string
  url: string
  /** The one that runs now. */
  process(): TestProcess
  /** Exit codes of those before it; null where a signal ended one. */
  ends: (number | null)[]
  /** All that any of them printed. */
  output(): string
  /** Sends a signal and waits for the end; the next one is started then. */
  kill(signal: NodeJS.Signals): Promise<number | null>
  /** What the next one is started with, over what they always have. */
  change(env: Record<string, string>): void
  ready(): Promise<void>
  /** For good. */
  stop(): Promise<void>
}

export interface Program {
  /** Of this process, e.g. `worker 2`. */
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
  let current: TestProcess
  let pause: NodeJS.Timeout | undefined

  function start(): void {
    const started = startProcess(script, [], { env: { ...env, ...changed, [portVariable]: `${port}` }, cwd })
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
    change: (next) => {
      changed = next
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
