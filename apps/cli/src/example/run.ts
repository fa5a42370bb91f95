import { type SpawnOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import { freePort } from '@sluice/dev-services'
import type { Settings } from '../lib/settings.ts'
import { EXAMPLES, type ExampleName, folderOf } from './examples.ts'
import { install } from './install.ts'
import { startMessages } from './messages.ts'
import { requireRunning } from './require-running.ts'
import { startStandIns } from './stand-ins/index.ts'

/**
 * Runs an example until it ends or is stopped, and resolves to its exit code.
 *
 * @throws an error that says what is missing: a Sluice that runs, a free port.
 */
export async function runExample(name: ExampleName, port: number, settings: Settings): Promise<number> {
  const example = EXAMPLES[name]
  const folder = folderOf(name)
  const running = await requireRunning(settings)
  const free = await freePort(port)
  if (free !== port) throw new Error(`Port ${port} is taken: choose another one, such as --port ${free}.`)
  if (example.installs) await install(folder)
  const standIns = await startStandIns(running, settings)
  const messages = await startMessages(port)
  try {
    const env = { ...process.env, ...running.env, ...standIns.env, ...messages.env, ...example.env, PORT: String(port) }
    const lines = [`  http://localhost:${port}`, ...standIns.lines]
    return await runBeside(process.execPath, example.start, { cwd: folder, env }, lines)
  } finally {
    await messages.stop()
    await standIns.stop()
  }
}

/** Runs an application until it ends or is stopped, and resolves to its exit code. @param lines for who starts it */
export async function runBeside(
  program: string,
  args: string[],
  options: SpawnOptions,
  lines: readonly string[],
): Promise<number> {
  const child = spawn(program, args, { ...options, stdio: 'inherit' })
  // A terminal sends Ctrl-C to the application as well: only wait for its end.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal))
  // npx passes SIGTERM only to its shell, which dies without telling us.
  const parent = process.ppid
  setInterval(() => process.ppid !== parent && child.kill(), 500).unref()
  console.log(lines.join('\n'))
  const [code] = (await once(child, 'exit')) as [number | null]
  return code ?? 0
}
