import { execFile } from 'node:child_process'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { eventually, withFolder } from '@sluice/testing'
import type { Fault, FaultContext } from '../fault.ts'
import { restartInTurn } from '../stack/restart.ts'
import { BUDGET } from './budgets.ts'

const run = promisify(execFile)
const FEW_ATTEMPTS = { EVENT_ATTEMPTS: '3', EVENT_BACKOFF_MS: '100', EVENT_BACKOFF_MAX_MS: '1000' }

const all = ({ ingests, workers }: FaultContext) => [...ingests, ...workers]

function reportEnds(context: FaultContext, before: number[]): void {
  for (const [index, { name, ends }] of all(context).entries())
    if (ends.length !== before[index]) context.problems.push(`${name} ended with ${ends.at(-1)}`)
}

export const disks: Fault[] = [
  {
    id: 'F65',
    title: 'Nobody reads the logs of the processes any more',
    budgetSeconds: BUDGET.redisBack,
    inject: async (context) => {
      for (const app of all(context)) app.process().closeOutput()
      await context.smtp.stop() // something to log
      await pause(5_000)
      await context.smtp.start()
      reportEnds(
        context,
        all(context).map(() => 0),
      )
    },
  },
  {
    id: 'F65b',
    title: 'The disk of the logs is full, and every process restarts',
    budgetSeconds: BUDGET.deadWorker,
    inject: async (context) => {
      for (const app of all(context)) app.change({}, '/dev/full')
      await Promise.all(all(context).map((app) => app.kill('SIGTERM')))
      const before = all(context).map(({ ends }) => ends.length)
      await Promise.all(all(context).map((app) => app.ready().catch(({ message }) => context.problems.push(message))))
      await pause(5_000)
      reportEnds(context, before)
    },
  },
  {
    id: 'F66d',
    title: 'The disk of the files is full for 20 s',
    env: FEW_ATTEMPTS,
    sparesOthers: true,
    budgetSeconds: BUDGET.later,
    inject: (context) =>
      withFolder(async (folder) => {
        await run('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', folder])
        try {
          const filler = join(folder, 'filler')
          await writeFile(filler, Buffer.alloc(128 * 1024 * 1024)).catch(() => {}) // until it is full
          await restartInTurn(context.workers, { ASSET_STORE: `file:${folder}` })
          await pause(20_000)
          await rm(filler)
          await eventually(() => noEffectWaits(context), BUDGET.later * 1_000)
          await restartInTurn(context.workers, {})
          await moveFiles(folder, context)
          return undefined
        } finally {
          await run('umount', ['--lazy', folder])
        }
      }),
  },
]

async function noEffectWaits({ query }: FaultContext): Promise<void> {
  const [left] = await query<{ count: number }>(
    `SELECT count(*)::int FROM outbox_messages WHERE status = 'pending' AND available_at < now() - interval '3 s'`,
  )
  if (left?.count !== 0) throw new Error(`${left?.count} effects wait`)
}

/** The checks look for all files in the stand-in for S3. */
async function moveFiles(folder: string, { s3 }: FaultContext): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  for (const entry of entries.filter((one) => one.isFile())) {
    const path = join(entry.parentPath, entry.name)
    s3.objects.set(`assets/${relative(folder, path)}`, { body: await readFile(path), contentType: '' })
  }
}
