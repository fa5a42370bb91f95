// A host application with Prisma in the schema `public`, whose tables have the names of ours.
import { spawnSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { withFolder } from '@sluice/testing'

const MIGRATIONS = {
  '20200101000000_users': 'CREATE TABLE "users" ("id" INTEGER NOT NULL PRIMARY KEY, "password" TEXT);',
  '20200102000000_payments': 'CREATE TABLE "payments" ("id" INTEGER NOT NULL PRIMARY KEY);',
}

const SCHEMA = `
datasource db {
  provider = "postgresql"
}
model users {
  id       Int     @id
  password String?
}
model payments {
  id Int @id
}
`

const CONFIG = `export default {
  schema: 'schema.prisma', migrations: { path: 'migrations' }, datasource: { url: process.env.DATABASE_URL },
}`

/** @param use gets functions that apply the next migration of the host, and that throw if its database differs from its schema */
export const withPrismaHost = (url, use) =>
  withFolder(async (folder) => {
    await writeFile(join(folder, 'schema.prisma'), SCHEMA)
    await writeFile(join(folder, 'prisma.config.ts'), CONFIG)
    await mkdir(join(folder, 'migrations'))
    await writeFile(join(folder, 'migrations/migration_lock.toml'), 'provider = "postgresql"\n')
    const left = Object.entries(MIGRATIONS)
    const deployNext = async () => {
      const [name, script] = left.shift()
      await mkdir(join(folder, 'migrations', name))
      await writeFile(join(folder, 'migrations', name, 'migration.sql'), script)
      prisma(folder, url, 'migrate', 'deploy')
    }
    const checkDrift = () =>
      prisma(folder, url, 'migrate', 'diff', '--from-config-datasource', '--to-schema', 'schema.prisma', '--exit-code')
    return use({ deployNext, checkDrift })
  })

const PRISMA = join(dirname(createRequire(import.meta.url).resolve('prisma/package.json')), 'build/index.js')
const ENGINE = fileURLToPath(new URL('../../../database/bin/schema-engine.mjs', import.meta.url))

function prisma(folder, url, ...args) {
  const env = {
    PATH: process.env.PATH,
    DATABASE_URL: url,
    CHECKPOINT_DISABLE: '1',
    PRISMA_SCHEMA_ENGINE_BINARY: ENGINE,
  }
  const { status, stdout, stderr } = spawnSync(process.execPath, [PRISMA, ...args], {
    cwd: folder,
    env,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`prisma ${args.slice(0, 2).join(' ')}: ${stdout}${stderr}`)
}
