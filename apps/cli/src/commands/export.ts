import { findPerson, unfinishedPerson } from '@sluice/database/forget'
import type { Command } from 'commander'
import { withOwnerPool } from '../lib/owner-pool.ts'
import { type Exported, exportPerson } from '../lib/person/export.ts'
import { openPersonFiles } from '../lib/person/files.ts'
import { openSink } from '../lib/person/sink.ts'
import { checkSubject, SEARCH_MS, type SubjectOptions, subjectOf, withSubject } from '../lib/person/subject.ts'
import { print } from '../lib/print.ts'
import { table } from '../lib/table.ts'

interface Options extends SubjectOptions {
  to?: string
  json?: boolean
}

const HELP = `
Writes all that sluice forget would erase, and payments and the ledger: a JSON file per table, the bodies of events, the
stored documents and pictures, and a README that explains them. Set ASSET_STORE, S3_ENDPOINT and the AWS variables as
for the worker. Changes nothing. What it writes is readable by you alone.

Examples:
  $ sluice export --user user_42
  $ sluice export --customer cus_1 --to cus_1.zip`

export const define = (command: Command): Command =>
  withSubject(command)
    .option('--to <path>', 'a new folder, or a new archive if it ends in .zip; default: export-<time> here')
    .option('--json', 'print one JSON object')
    .addHelpText('after', HELP)
    .action(async ({ to = defaultPath(), json, ...options }: Options, command: Command) => {
      checkSubject(options, command)
      const exported = await withOwnerPool(async (pool) => {
        const subject = await subjectOf(pool, options)
        const files = openPersonFiles()
        try {
          const person = await findPerson(pool, subject, await unfinishedPerson(pool, subject))
          return await exportPerson(pool, person, files, await openSink(to))
        } finally {
          files.close()
        }
      }, SEARCH_MS)
      print(json ? JSON.stringify({ to, exported }) : describe(to, exported))
    })

/** `export-2030-01-31T080000Z` */
const defaultPath = (): string => `export-${new Date().toISOString().replace(/:|\.\d+/g, '')}`

function describe(to: string, exported: Exported): string {
  const rows = Object.entries(exported).map(([name, count]) => [name, String(count)])
  return rows.length === 0 ? `Nothing is held. ${to} says so.` : `${table(['WHAT', 'COUNT'], rows)}\n\nIt is in ${to}.`
}
