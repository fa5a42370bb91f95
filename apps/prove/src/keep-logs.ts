import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { World } from './world/world.ts'

/** What every process printed, every request of the providers, and every letter's identity. */
export async function keepLogs(folder: string, { ingests, workers, traffic, smtp }: World): Promise<void> {
  await mkdir(folder, { recursive: true })
  const requests = traffic.journal.map(({ event: { provider, id, type }, attempts, acknowledgedAt }) =>
    JSON.stringify({ provider, id, type, attempts, acknowledgedAt }),
  )
  const files = {
    'requests.jsonl': requests.join('\n'),
    'letters.txt': smtp.mails.map(({ messageId }) => messageId).join('\n'),
    ...Object.fromEntries([...ingests, ...workers].map(({ name, output }) => [`${name}.log`, output()])),
  }
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(folder, name), text)))
}
