import { freePort } from '@sluice/dev-services'
import { eventually } from '@sluice/testing'
import { type Child, type ChildOptions, startChild } from './child.ts'

export interface Server extends Child {
  port: number
}

export interface ServerOptions extends ChildOptions {
  script: string
  /** Name of the variable with its port. */
  portVariable: string
  /** Answers 200 once the process is ready. */
  readyPath: string
}

/** A process that cannot reach a store may accept the question and never answer it. */
const ANSWER_MS = 10_000

/** Starts a Node process with a port, and waits until it is ready. */
export async function startServer({
  script,
  portVariable,
  readyPath,
  env,
  ...options
}: ServerOptions): Promise<Server> {
  const port = await freePort()
  const child = startChild(process.execPath, [script], { ...options, env: { ...env, [portVariable]: String(port) } })
  let isOver = false
  void child.ended.then(() => {
    isOver = true
  })
  const isReady = async () => {
    if (isOver) return
    const signal = AbortSignal.timeout(ANSWER_MS)
    const response = await fetch(`http://127.0.0.1:${port}${readyPath}`, { signal }).catch(() => null)
    if (response?.status !== 200) throw new Error(`${options.name} did not get ready:\n${child.output()}`)
  }
  await eventually(isReady, 60_000)
  if (isOver) throw new Error(`${options.name} ended before it was ready:\n${child.output()}`)
  return { ...child, port }
}
