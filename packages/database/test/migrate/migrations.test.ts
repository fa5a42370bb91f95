import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from '@jest/globals'
import { withPostgres } from '@sluice/testing'
import { MIGRATIONS_FOLDER, migrate, migrationNames, oldCodeIn } from '../../src/migrate/index.ts'
import { sql } from '../sql.ts'

const ROOT = join(MIGRATIONS_FOLDER, '../..')
const migrations = migrationNames()

const run = promisify(execFile)

/** Prisma's own command line. Rejects when it does not end with 0. */
const prisma = (databaseUrl: string, ...args: string[]) =>
  run(process.execPath, [join(ROOT, 'packages/database/bin/prisma.mjs'), ...args], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], DATABASE_URL: databaseUrl },
  })

/** The address as Prisma's command line needs it. */
const inSchema = (url: string) => `${url}?schema=sluice`

/** A database beside the test's own, with nothing in it. Gone afterwards. */
async function withEmptyDatabase<T>(use: (url: string) => Promise<T>): Promise<T> {
  return withPostgres(async ({ url }) => {
    const empty = new URL(url)
    empty.pathname = `/empty_${randomUUID().replaceAll('-', '')}`
    const name = empty.pathname.slice(1)
    await sql(url, `CREATE DATABASE ${name}`)
    try {
      return await use(empty.href)
    } finally {
      await sql(url, `DROP DATABASE ${name} WITH (FORCE)`)
    }
  })
}

/** Older ones are released as they are. */
const NEWEST_OF_0_1_0 = '20261121231000_bodies'

test.each(migrations.filter((name) => name > NEWEST_OF_0_1_0))(
  '%s begins with whether processes of the version before go on working',
  (name) => {
    const script = readFileSync(join(MIGRATIONS_FOLDER, name, 'migration.sql'), 'utf8')
    expect(oldCodeIn(script)).toMatch(/^(works\b|stop it first, because )/)
  },
)

test('the header of a migration is its first paragraph', () => {
  expect(oldCodeIn('-- Old code: works. It\n-- reads less.\n\n-- AlterTable\nSELECT 1')).toBe('works. It reads less.')
  expect(oldCodeIn('-- AlterTable\n-- Old code: works.')).toBeUndefined()
})

test('the migrations make what the schema says', () =>
  withPostgres(async ({ url }) => {
    const { stdout } = await prisma(
      url,
      ...['migrate', 'diff', '--from-migrations', 'prisma/migrations', '--to-schema', 'prisma/schema.prisma'],
      '--exit-code',
    )
    expect(stdout).toContain('No difference')
  }))

test('what `prisma migrate deploy` applied, `migrate` finds done', () =>
  withEmptyDatabase(async (url) => {
    await prisma(url, 'migrate', 'deploy')
    expect(await migrate(url)).toMatchObject({ applied: [], schema: 'public' })
  }))

test('what `migrate` applied, `prisma migrate deploy` finds done', () =>
  withEmptyDatabase(async (url) => {
    expect(await migrate(url)).toMatchObject({ applied: migrations, schema: 'sluice' })
    expect((await prisma(inSchema(url), 'migrate', 'deploy')).stdout).toContain('No pending migrations')
    expect((await prisma(inSchema(url), 'migrate', 'status')).stdout).toContain('up to date')
  }))

test('a migration whose comment was edited after it was applied is not applied again, and stops nothing', () =>
  withPostgres(async ({ url }) => {
    await sql(url, `UPDATE _prisma_migrations SET checksum = 'of another comment'`)
    expect(await migrate(url)).toMatchObject({ applied: [] })
    expect((await prisma(inSchema(url), 'migrate', 'deploy')).stdout).toContain('No pending migrations')
  }))

test('four processes that migrate one empty database at once all succeed', () =>
  withEmptyDatabase(async (url) => {
    const script = `import { migrate } from '@sluice/database/migrate'
      console.log(JSON.stringify((await migrate(process.env.DATABASE_URL)).applied))`
    const one = () =>
      run(process.execPath, ['--input-type=module', '--eval', script], {
        cwd: join(ROOT, 'packages/testing'),
        env: { PATH: process.env['PATH'], DATABASE_URL: url },
      })
    const printed = await Promise.all([one(), one(), one(), one()])
    expect(printed.flatMap(({ stdout }) => JSON.parse(stdout)).sort()).toEqual(migrations)
    const recorded = await sql<{ migration_name: string }>(
      url,
      'SELECT migration_name FROM sluice._prisma_migrations WHERE finished_at IS NOT NULL ORDER BY 1',
    )
    expect(recorded.map(({ migration_name }) => migration_name)).toEqual(migrations)
  }))

test('the engine is the one of the installed Prisma', () => {
  const wasm = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg')
  const installed = JSON.parse(readFileSync(join(dirname(wasm), 'package.json'), 'utf8'))
  const engines = createRequire(createRequire(import.meta.url).resolve('prisma/package.json'))
  const version = engines('@prisma/engines/package.json').dependencies['@prisma/engines-version']
  expect(installed.version).toBe(version)
})
