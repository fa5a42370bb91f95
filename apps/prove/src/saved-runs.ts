import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FaultContext } from './fault.ts'
import type { Result } from './result.ts'

const NAME = 'result.json'

/** Saves a result at once, since a later run may be interrupted. */
export async function saveResult(folder: string, row: Result): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, NAME), JSON.stringify(row, null, 2))
}

/** The newest result of each fault, load and seed in a folder of runs. */
export async function savedResults(folder: string): Promise<Result[]> {
  const runs = await readdir(folder).catch(() => [])
  const texts = await Promise.all(runs.map((run) => readFile(join(folder, run, NAME), 'utf8').catch(() => null)))
  const rows = texts.flatMap((text): Result[] => (text === null ? [] : [JSON.parse(text)]))
  const oldestFirst = rows.filter(({ at }) => at).toSorted((one, other) => one.at.localeCompare(other.at))
  return [...new Map(oldestFirst.map((row) => [`${row.id} ${row.load} ${row.seed}`, row])).values()]
}

/** Saves the output of every process, every request of the providers, and the Message-ID of every e-mail. */
export async function saveLogs(folder: string, { ingests, workers, traffic, smtp }: FaultContext): Promise<void> {
  await mkdir(folder, { recursive: true })
  const requests = traffic.deliveries.map(({ event: { provider, id, type }, attempts, acknowledgedAt }) =>
    JSON.stringify({ provider, id, type, attempts, acknowledgedAt }),
  )
  const files = {
    'requests.jsonl': requests.join('\n'),
    'message-ids.txt': smtp.mails.map(({ messageId }) => messageId).join('\n'),
    ...Object.fromEntries([...ingests, ...workers].map(({ name, output }) => [`${name}.log`, output()])),
  }
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(folder, name), text)))
}
