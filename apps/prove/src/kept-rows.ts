import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Row } from './row.ts'

const NAME = 'row.json'

/** As soon as a run is over: what comes after it may be interrupted. */
export async function keepRow(folder: string, row: Row): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, NAME), JSON.stringify(row, null, 2))
}

/** The last run of each fault and seed of which there is something in a folder of runs. */
export async function keptRows(folder: string): Promise<Row[]> {
  const runs = await readdir(folder).catch(() => [])
  const texts = await Promise.all(runs.map((run) => readFile(join(folder, run, NAME), 'utf8').catch(() => null)))
  const rows = texts.flatMap((text): Row[] => (text === null ? [] : [JSON.parse(text)]))
  const oldestFirst = rows.filter(({ at }) => at).toSorted((one, other) => one.at.localeCompare(other.at))
  return [...new Map(oldestFirst.map((row) => [`${row.id} ${row.seed}`, row])).values()]
}
