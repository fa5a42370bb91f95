import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const MIGRATIONS_FOLDER = join(dirname(fileURLToPath(import.meta.url)), '../../../../prisma/migrations')

/** The names of all migrations, in the order in which they are applied. */
export const migrationNames = (): string[] =>
  readdirSync(MIGRATIONS_FOLDER, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()

export const readScript = (name: string): string => readFileSync(join(MIGRATIONS_FOLDER, name, 'migration.sql'), 'utf8')

/** The names of all functions that migrations create. */
export const functionNames = (): string[] => [
  ...new Set(
    migrationNames().flatMap((name) =>
      [...readScript(name).matchAll(/\bCREATE (?:OR REPLACE )?FUNCTION (\w+)/g)].map(([, made]) => made as string),
    ),
  ),
]
