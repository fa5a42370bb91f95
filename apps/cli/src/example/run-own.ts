import type { Settings } from '../lib/settings.ts'
import { requireRunning } from './require-running.ts'
import { runBeside } from './run.ts'
import { startStandIns } from './stand-ins/index.ts'

/**
 * Runs somebody's own application beside stand-ins of the providers, and resolves to its exit code. Variables that are set
 * already stay as they are.
 *
 * @param words program and arguments
 * @throws an error that says that no Sluice runs here
 */
export async function runOwn([program = '', ...args]: string[], settings: Settings): Promise<number> {
  const running = await requireRunning(settings)
  const standIns = await startStandIns(running, settings)
  try {
    const env = { ...running.env, ...standIns.env, ...process.env }
    return await runBeside(program, args, { env, shell: process.platform === 'win32' }, standIns.lines)
  } finally {
    await standIns.stop()
  }
}
