import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Settings } from '../lib/settings.ts'
import { end, runs } from './process.ts'

/**
 * The state of the running apps. Other commands read it to find them, and the next start reads it if this one was
 * killed.
 */
export interface State extends Settings {
  pids: number[]
}

const fileOf = (directory: string): string => join(directory, 'state.json')

/** Only the owner can read the file, because it contains secrets. */
export const writeState = (directory: string, state: State): Promise<void> =>
  writeFile(fileOf(directory), `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 })

export const clearState = (directory: string): Promise<void> => rm(fileOf(directory), { force: true })

/** Ends apps that a killed `up` left running. */
export async function endSurvivors(directory: string): Promise<void> {
  const text = await readFile(fileOf(directory), 'utf8').catch(() => '{}')
  const pids = (JSON.parse(text) as Partial<State>).pids ?? []
  await Promise.all(pids.filter((pid) => runs(pid, 'dist/main.js')).map((pid) => end(pid, 15_000)))
  await clearState(directory)
}
