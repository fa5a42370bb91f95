import { fileURLToPath } from 'node:url'
import { freePort } from '@sluice/dev-services'
import { entryOf, type Stack, startProcess, type TestProcess } from '@sluice/testing'

/** Runs a worker with one of `BROKEN_HANDLERS`, or with the one of each event; stopped afterwards. @param bug its name, or names by the ids of events */
export async function withBrokenWorker<T>(
  stack: Stack,
  bug: string | Record<string, string>,
  use: () => Promise<T>,
): Promise<T> {
  const script = fileURLToPath(new URL('broken-worker.mjs', import.meta.url))
  const env = {
    ...stack.env,
    WORKER_PORT: String(await freePort()),
    BROKEN: typeof bug === 'string' ? bug : JSON.stringify(bug),
  }
  const worker = startProcess(script, [], { cwd: stack.directory, env })
  const ended = worker.exited.then((code) => {
    throw new Error(`the broken worker ended with ${code}:\n${worker.output()}`)
  })
  try {
    return await Promise.race([use(), ended])
  } finally {
    ended.catch(() => {})
    await worker.kill('SIGTERM')
  }
}

/** Starts a command of `sluice` against the stores of a stack. */
export function startCommand({ env, directory, redis }: Stack, ...args: string[]): TestProcess {
  const { DATABASE_URL } = env
  return startProcess(entryOf('cli'), args, { cwd: directory, env: { DATABASE_URL, REDIS_URL: redis.url } })
}

/** Runs a command of `sluice` to its end. */
export async function runCommand(
  stack: Stack,
  ...args: string[]
): Promise<{ exitCode: number | null; output: string }> {
  const command = startCommand(stack, ...args)
  return { exitCode: await command.exited, output: command.output() }
}
