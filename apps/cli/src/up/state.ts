import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Settings } from '../lib/settings.ts'
import { end, runs } from './process.ts'

/** What other commands read to find the running stack, and what the next start must know if this one is killed. */
export interface State extends Settings {
  pids: number[]
}

const fileOf = (directory: string): string => join(directory, 'state.json')

/** Readable for its owner alone: it holds secrets. */
export const writeState = (directory: string, state: State): Promise<void> =>
  writeFile(fileOf(directory), `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 })

export const clearState = (directory: string): Promise<void> => rm(fileOf(directory), { force: true })

/** Ends the apps of a start that was killed before it could do so itself. */
export async function endSurvivors(directory: string): Promise<void> {
  const text = await readFile(fileOf(directory), 'utf8').catch(() => '{}')
  const pids = (JSON.parse(text) as Partial<State>).pids ?? []
  await Promise.all(pids.filter((pid) => runs(pid, 'dist/main.js')).map((pid) => end(pid, 15_000)))
  await clearState(directory)
}
