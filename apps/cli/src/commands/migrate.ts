import { findPending, migrate, moveTables, type PendingMigration } from '@sluice/database/migrate'
import type { Command } from 'commander'
import { withOwnerPool } from '../lib/owner-pool.ts'
import { print } from '../lib/print.ts'
import { setRolePasswords } from '../lib/role-passwords.ts'
import { placementOf, readSettings, requireSetting } from '../lib/settings.ts'

interface Options {
  rolePasswords?: boolean
  move?: boolean
  json?: boolean
}

export const define = (command: Command): Command =>
  command
    .option(
      '--role-passwords',
      'set the password of each role to the one in INGEST_, WORKER_, BOARD_ and, if it is set, HOST_DATABASE_URL',
    )
    .option('--move', 'first move the tables of version 0.1.0 out of the schema public, in one transaction')
    .option('--json', 'print one JSON object')
    .action(async ({ rolePasswords, move, json }: Options) => {
      const settings = readSettings()
      const databaseUrl = requireSetting(settings, 'databaseUrl')
      const placement = placementOf(settings)
      const moved = move === true && (await moveTables(databaseUrl, placement))
      const pending = await findPending(databaseUrl, placement)
      if (!json) for (const migration of pending) console.error(describePending(migration))
      const { applied, schema, notes } = await migrate(databaseUrl, placement)
      const passwords = rolePasswords ? await withOwnerPool((pool) => setRolePasswords(pool, schema, settings)) : []
      print(
        json
          ? JSON.stringify({ moved, applied, pending, schema, notes, passwords })
          : describe(applied, [...(move ? [describeMove(moved, schema)] : []), ...notes], passwords),
      )
    })

const describeMove = (moved: boolean, schema: string): string =>
  moved
    ? `Moved all tables to the schema ${schema}. Your application finds its rows as ${schema}.users and ${schema}.generation_jobs.`
    : `Nothing to move: the tables are in the schema ${schema}.`

/** Printed before it is applied, so that whoever must stop something first still can. */
const describePending = ({ name, oldCode = 'unknown' }: PendingMigration): string => `${name}: old code: ${oldCode}`

function describe(applied: string[], notes: string[], passwords: string[]): string {
  const done = applied.length === 0 ? 'Nothing to do: every migration is applied.' : `Applied ${applied.join(', ')}.`
  const set = passwords.length === 0 ? [] : [`Set the passwords of ${passwords.join(', ')}.`]
  return [done, ...notes, ...set].join('\n')
}
