import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type ProveStack, withProveStack } from '../stack/stack.ts'
import { BASE_RATE } from './loads.ts'
import { fileAt, insertHostRows, type Plan, planOf } from './plan.ts'
import { startTraffic } from './traffic.ts'

/** Multiples of the base rate; the last is the one that every fault should run at. */
const FACTORS = [1.5, 2, 3, 4, 5]
const STEP_MS = 8_000
/** A rate is sustained while nothing that is due waits longer. */
const BEHIND_SECONDS_MAX = 2

/** The rate of `--load high`, once per version of the code: a busy machine takes less. */
export async function savedHighRate(path: string, version: string, step: (name: string) => void): Promise<number> {
  const saved = await readFile(path, 'utf8').then(JSON.parse, () => null)
  if (saved?.version === version) return saved.rate
  const rate = await findHighRate(step)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, JSON.stringify({ version, rate, at: new Date().toISOString() }))
  return rate
}

/** The highest rate, up to five times the base, that this machine sustains without falling behind. */
export async function findHighRate(step: (name: string) => void): Promise<number> {
  let plan: Plan | undefined
  return withProveStack(
    {
      prepare: async ({ query }, replicate) => {
        const seconds = (FACTORS.length * STEP_MS) / 1_000
        plan = planOf(BASE_RATE * Math.max(...FACTORS) * seconds, 0, (path) => replicate.addFile(fileAt(path)))
        await insertHostRows(plan, { query })
      },
    },
    async (stack) => {
      const traffic = startTraffic(plan?.events ?? [], BASE_RATE, stack.ingests)
      let sustained = BASE_RATE
      try {
        for (const factor of FACTORS) {
          step(`probing ${factor * BASE_RATE} events a second`)
          traffic.speed(factor)
          await pause(STEP_MS)
          if ((await secondsBehind(stack)) > BEHIND_SECONDS_MAX) break
          sustained = factor * BASE_RATE
        }
        return sustained
      } finally {
        await traffic.stop()
      }
    },
  )
}

/** Age of the oldest event or effect that is due and not done. */
async function secondsBehind({ query }: Pick<ProveStack, 'query'>): Promise<number> {
  const [row] = await query<{ seconds: number }>(
    `SELECT greatest(
        (SELECT extract(epoch FROM now() - min(received_at)) FROM webhook_events WHERE status = 'received'),
        (SELECT extract(epoch FROM now() - min(available_at)) FROM outbox_messages WHERE status = 'pending'), 0
      )::float AS seconds`,
  )
  return row?.seconds ?? 0
}
