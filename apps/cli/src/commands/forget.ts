import { userInfo } from 'node:os'
import {
  countOpen,
  type Forgotten,
  filesOf,
  findPerson,
  forget,
  type Person,
  type Subject,
  unfinishedPerson,
} from '@sluice/database/forget'
import type { Command } from 'commander'
import type { Pool } from 'pg'
import { EXIT } from '../lib/exit-codes.ts'
import { interruptible } from '../lib/interruptible.ts'
import { withOwnerPool } from '../lib/owner-pool.ts'
import { confirm } from '../lib/person/confirm.ts'
import { openPersonFiles } from '../lib/person/files.ts'
import { queuesOf } from '../lib/person/queues.ts'
import {
  checkSubject,
  describeSubject,
  SEARCH_MS,
  type SubjectOptions,
  subjectOf,
  withSubject,
} from '../lib/person/subject.ts'
import { print } from '../lib/print.ts'
import { createProgress } from '../lib/progress.ts'
import { readSettings } from '../lib/settings.ts'
import { table } from '../lib/table.ts'

interface Options extends SubjectOptions {
  yes?: boolean
  json?: boolean
}

const HELP = `
Erases bodies of events, names, addresses, links to the user, documents, pictures, messages and caches. Everything is
found by keys, never by a name or an address. Payments and the ledger stay, without the person. Your own rows in users and
generation_jobs stay; what Sluice wrote there is erased. Effects that wait are skipped.

Events that arrive later are reduced: their money is booked, and nothing of the person is kept. This cannot be undone. A
user that was forgotten gets no role, e-mail or generation any more. A user who shares the customer keeps what is theirs. Logs
have no personal data, but ids of predictions and of objects in keys of effects; they are not changed. Backups, Stripe and Replicate keep what they have.

Without --yes the command counts what it would erase, and asks. Set ASSET_STORE, S3_ENDPOINT and the AWS variables as for
the worker. Run it when all workers have this version. After Ctrl-C or a failure, run it again: it does the rest.
The exit code is 3 if something would be erased and was not confirmed, and 1 if something could not be erased.

Examples:
  $ sluice export --user user_42 --to user_42.zip
  $ sluice forget --user user_42
  $ sluice forget --customer cus_1 --account acct_1 --yes --json`

export const define = (command: Command): Command =>
  withSubject(command)
    .option('--yes', 'do not ask')
    .option('--json', 'print one JSON object')
    .addHelpText('after', HELP)
    .action(async ({ yes = false, json = false, ...options }: Options, command: Command) => {
      checkSubject(options, command)
      await withOwnerPool(async (pool) => {
        const subject = await subjectOf(pool, options)
        const found = await count(pool, subject)
        if (!json) print(describeFound(subject, found))
        const id = 'user' in subject ? subject.user : subject.customer
        const isConfirmed = yes || (!json && (await confirm(`Type ${id} to erase it: `, id)))
        const forgotten = isConfirmed ? await run(pool, subject, sum(found)) : null
        if (json) print(JSON.stringify({ ...subject, found, ...(forgotten ?? { isFinished: false }) }))
        else print(forgotten ? describeForgotten(forgotten) : 'Nothing was erased. Erase it with --yes.')
        if (forgotten && !forgotten.isFinished) process.exitCode = EXIT.failed
        if (!forgotten) process.exitCode = EXIT.found
      }, SEARCH_MS)
    })

type Counts = Record<string, number>

async function count(pool: Pool, subject: Subject): Promise<Counts> {
  const person = await findPerson(pool, subject, await unfinishedPerson(pool, subject))
  return { ...(await countOpen(pool, person)), ...(await countFiles(pool, person)) }
}

async function countFiles(pool: Pool, person: Person): Promise<Counts> {
  const files = (await filesOf(pool, person)).filter(({ kind }) => kind === 'stored').length
  return files > 0 ? { files } : {}
}

async function run(pool: Pool, subject: Subject, total: number): Promise<Forgotten> {
  const files = openPersonFiles()
  const { signal, dispose } = interruptible()
  const progress = createProgress(total)
  try {
    const stores = { removeFile: files.remove, eraseQueues: queuesOf(readSettings()) }
    return await forget(pool, subject, stores, {
      operator: userInfo().username,
      advance: progress.advance,
      isStopped: () => signal.aborted,
    })
  } finally {
    progress.finish()
    files.close()
    dispose()
  }
}

const sum = (counts: Counts): number => Object.values(counts).reduce((total, more) => total + more, 0)

function describeFound(subject: Subject, found: Counts): string {
  if (sum(found) === 0) return `Nothing is left to erase of ${describeSubject(subject)}.`
  return `Held of ${describeSubject(subject)}, to be erased:\n\n${tableOf(found)}\n`
}

function describeForgotten({ isFinished, erased, waiting, problems }: Forgotten): string {
  const lines = sum(erased) > 0 ? ['Erased:', '', tableOf(erased), ''] : []
  if (waiting > 0) lines.push(`${waiting} events still wait to be processed. Their bodies are erased then.`)
  for (const { what, cause } of problems) lines.push(`Not erased: ${what}: ${cause}`)
  lines.push(isFinished ? 'Done. Later events are reduced as they arrive.' : 'Something is left. Run it again.')
  return lines.join('\n')
}

const tableOf = (counts: Counts): string =>
  table(
    ['WHERE', 'ROWS OR FILES'],
    Object.entries(counts).map(([name, rows]) => [name, String(rows)]),
  )
