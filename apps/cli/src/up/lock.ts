import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runs } from './process.ts'

/**
 * Locks this folder, so that only one Sluice runs in it. Resolves to a function that releases the lock. @throws if one
 * is running.
 */
export async function requireAlone(directory: string): Promise<() => Promise<void>> {
  const file = join(directory, 'up.pid')
  const pid = Number(await readFile(file, 'utf8').catch(() => 0))
  if (pid && runs(pid, 'main.js\0up')) {
    throw new Error(
      `Sluice is already running here (process ${pid}); .sluice/state.json has its addresses. To stop it: kill ${pid}`,
    )
  }
  await writeFile(file, `${process.pid}\n`)
  return () => rm(file, { force: true })
}
