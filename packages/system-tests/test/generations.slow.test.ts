import { createHash, randomBytes } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { createRandom } from '@sluice/simulator'
import { eventually, type Stack } from '@sluice/testing'
import type { FileOptions, ReplicateOptions, ServedFile, TestReplicate } from '@sluice/testing/stand-ins'
import { noticeDeath } from './support/dead-workers.ts'
import { addHostRows } from './support/stack.ts'
import { ASSETS, withGenerations } from './support/with-generations.ts'

const MEGABYTE = 1024 * 1024
/** Three of ten webhooks never arrive, and files exist for a minute. */
const UNRELIABLE: ReplicateOptions = { random: createRandom('generations'), dropRate: 0.3, hourMs: 60_000 }
/** Starts so many predictions of four pictures each, after the host has written its rows. */
async function runAll(
  stack: Stack,
  replicate: TestReplicate,
  count: number,
  picture: () => FileOptions = () => ({}),
): Promise<ServedFile[]> {
  const webhook = `${stack.ingests[0]?.url}/webhooks/replicate`
  const ids = Array.from({ length: count }, (_, index) => `prediction${index}`)
  await addHostRows(stack, {
    users: [{ id: 'user_1', email: 'one@example.com' }],
    generationJobs: ids.map((predictionId) => ({ id: `job_${predictionId}`, userId: 'user_1', predictionId })),
  })
  const runs = ids.map((id) => replicate.run({ id, webhook, files: [picture(), picture(), picture(), picture()] }))
  await Promise.all(runs.map(({ over }) => over))
  return runs.flatMap((run) => run.files)
}

/** As though a minute went by in which nothing came. */
async function minuteLater(stack: Stack): Promise<void> {
  await stack.query(`UPDATE webhook_events SET received_at = received_at - '1 min'::interval`)
  await stack.query(`UPDATE generation_jobs SET poll_after = poll_after - '1 min'::interval`)
}

interface Stored {
  storage_key: string
  sha256: string
}

/** Waits until every file is stored, and holds what is in the store against what was served. */
async function allStored(stack: Stack, files: ServedFile[], timeoutMs: number): Promise<void> {
  await eventually(async () => {
    const counts = await stack.query('SELECT status, error, count(*)::int FROM variants GROUP BY 1, 2')
    expect(counts).toEqual([{ status: 'stored', error: null, count: files.length }])
  }, timeoutMs)
  const stored = await stack.query<Stored>('SELECT storage_key, sha256 FROM variants')
  expect(stored.map(({ sha256 }) => sha256).sort()).toEqual(files.map(({ sha256 }) => sha256).sort())

  const folder = join(stack.directory, ASSETS)
  for (const { storage_key, sha256 } of stored) {
    const content = await readFile(join(folder, storage_key))
    expect(createHash('sha256').update(content).digest('hex')).toBe(sha256)
  }
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const whole = entries.filter((entry) => entry.isFile() && !entry.parentPath.endsWith('.partial'))
  expect(whole).toHaveLength(files.length)
}

const memoryOf = async (pid: number): Promise<number> => {
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kilobytes) * 1024
}

const OTHERS_PENDING = `SELECT kind FROM outbox_messages WHERE kind NOT IN ('asset.copy', 'generation.completed') AND status = 'pending'`

describe('generations', () => {
  test('whose webhooks come late, twice, out of order or never are stored whole, each file once', () =>
    withGenerations(UNRELIABLE, async (stack, replicate, startWorker) => {
      const worker = await startWorker()
      const files = await runAll(stack, replicate, 100, () => ({ body: randomBytes(250_000) }))
      await minuteLater(stack)
      await eventually(async () => {
        const stored = await stack.query(`SELECT id FROM variants WHERE status = 'stored'`)
        expect(stored.length).toBeGreaterThan(100)
      }, 60_000)
      const before = await memoryOf(worker.pid)
      await allStored(stack, files, 60_000)
      const after = await memoryOf(worker.pid)

      expect(await stack.query('SELECT status, count(*)::int FROM generation_jobs GROUP BY status')).toEqual([
        { status: 'succeeded', count: 100 },
      ])
      expect(await stack.query('SELECT count(*)::int FROM renders')).toEqual([{ count: 100 }])
      expect(replicate.webhookCounts.dropped).toBeGreaterThan(100)
      const fetched = await stack.query(`SELECT count(*)::int FROM webhook_events WHERE event_id LIKE 'fetch-%'`)
      const asked = replicate.fileRequests.length
      const mebibytes = (bytes: number) => `${Math.round(bytes / MEGABYTE)} MiB`
      console.log(
        `${files.length} variants stored with ${asked} requests; webhooks: ${JSON.stringify(replicate.webhookCounts)},`,
        `${fetched[0]?.['count']} ends asked for;`,
        `memory of the worker ${mebibytes(before)} after a hundred, ${mebibytes(after)} after all`,
      )
    }))

  test(
    'outlive twenty workers that are killed while they copy: each file whole, and once',
    () =>
      withGenerations({ hourMs: 3_600_000 }, async (stack, replicate, startWorker) => {
        const files = await runAll(stack, replicate, 8, () => ({ body: randomBytes(300), dripMs: 10 }))
        for (let kills = 0, asked = 0; kills < 20; kills += 1) {
          const worker = await startWorker()
          await eventually(async () => {
            expect(replicate.fileRequests.length).toBeGreaterThan(asked)
            expect(await stack.query(OTHERS_PENDING)).toEqual([]) // they would be found by as few deaths as a poison
          }, 60_000)
          asked = replicate.fileRequests.length
          await worker.kill('SIGKILL')
          await noticeDeath(stack)
        }
        const [before] = await stack.query(`SELECT count(*)::int AS stored FROM variants WHERE status = 'stored'`)
        await startWorker()
        await allStored(stack, files, 60_000)
        expect(await stack.query('SELECT type, error FROM webhook_dead_letters')).toEqual([])
        console.log(
          `20 kills, after which ${before?.['stored']} files were stored; then all ${files.length},`,
          `with ${replicate.fileRequests.length} requests`,
        )
      }),
    180_000,
  )
})
