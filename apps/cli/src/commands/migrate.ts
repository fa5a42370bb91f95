import { migrate } from '@sluice/database/migrate'
import { Command } from 'commander'
import { readSettings, requireSetting } from '../settings.ts'

export const migrateCommand = () =>
  new Command('migrate')
    .description(
      'Bring DATABASE_URL up to the newest migration, roles included. Safe to repeat, and beside running apps.',
    )
    .option('--json', 'print one JSON object')
    .action(async ({ json }: { json?: boolean }) => {
      const { applied } = await migrate(requireSetting(readSettings(), 'databaseUrl'))
      console.log(json ? JSON.stringify({ applied }) : describe(applied))
    })

const describe = (applied: string[]): string =>
  applied.length === 0 ? 'Nothing to do: every migration is applied.' : `Applied ${applied.join(', ')}.`
