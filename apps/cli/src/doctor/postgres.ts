import { prismaOf } from '@sluice/database/client'
import { migrationNames } from '@sluice/database/migrate'
import { adviseMove, connect, type Placement, SHARES_SESSIONS, sharesSessions } from '@sluice/database/pool'
import { GRANTED, ROLES, type Role, rightsOf } from '@sluice/database/roles'
import {
  checkDatabaseClock,
  checkPostgresWrites,
  checkRows,
  type Deployment,
  type Finding,
  failed,
  found,
  good,
  tryTo,
} from '@sluice/doctor'
import type { Pool } from 'pg'
import { z } from 'zod'
import { placementOf, type Settings } from '../lib/settings.ts'

const START = 'Is it running, and is the address right?'

/** Checks that the database answers, has all migrations, and has no rows that need attention. */
export function checkPostgres(settings: Settings, deployment: Deployment): Promise<Finding[]> {
  const { databaseUrl } = settings
  if (!databaseUrl)
    return Promise.resolve([failed('Postgres', 'DATABASE_URL is not set. Set it, or run npm start first.')])
  return tryTo('Postgres', START, () =>
    withPool(databaseUrl, settings, (pool) => checkDatabase(pool, placementOf(settings), deployment)),
  )
}

async function checkDatabase(pool: Pool, placement: Placement, deployment: Deployment): Promise<Finding[]> {
  const clock = await checkDatabaseClock(pool)
  const migrations = await checkMigrations(pool)
  return [
    (await sharesSessions(pool)) ? failed('Postgres', `DATABASE_URL ${SHARES_SESSIONS}.`) : good('Postgres', 'answers'),
    clock,
    migrations,
    ...(await checkSchema(pool, placement)),
    ...(migrations.verdict === 'good' ? [await checkPostgresWrites('Postgres writes', pool)] : []),
    ...(migrations.verdict === 'good' ? await checkRows(pool, deployment) : []),
  ]
}

async function checkSchema(pool: Pool, placement: Placement): Promise<Finding[]> {
  const advice = await adviseMove(pool, placement)
  return advice === undefined ? [] : [found('Schema', advice)]
}

async function checkMigrations(pool: Pool): Promise<Finding> {
  const applied = await appliedMigrations(pool)
  const missing = migrationNames().filter((name) => !applied.includes(name))
  if (missing.length > 0) return failed('Migrations', `${missing.join(', ')} not applied: run sluice migrate.`)
  return good('Migrations', `all ${applied.length} applied`)
}

/** Uses SQL, because Prisma has no model of its migrations table, which does not exist before the first migration. */
async function appliedMigrations(pool: Pool): Promise<string[]> {
  const prisma = prismaOf(pool)
  const tables = await prisma.$queryRaw`SELECT FROM pg_class WHERE oid = to_regclass('_prisma_migrations')`
  if (z.array(z.unknown()).parse(tables).length === 0) return []
  const applied = await prisma.$queryRaw`
    SELECT migration_name AS name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL`
  return z
    .array(z.object({ name: z.string() }))
    .parse(applied)
    .map(({ name }) => name)
}

/** Checks that every process has exactly the rights of its role. */
export async function checkRoles(settings: Settings): Promise<Finding[]> {
  const urls = {
    ingest: ['INGEST_DATABASE_URL', settings.ingestDatabaseUrl],
    worker: ['WORKER_DATABASE_URL', settings.workerDatabaseUrl],
    board: ['BOARD_DATABASE_URL', settings.boardDatabaseUrl],
  } as const
  const { rolePrefix } = placementOf(settings)
  const findings: Finding[] = []
  for (const role of ['ingest', 'worker', 'board'] as const) {
    const [variable, url] = urls[role]
    const name = rolePrefix + role
    const check = (pool: Pool) => checkRights(pool, role, rolePrefix, variable)
    if (!url) findings.push(failed(name, `${variable} is not set, so that process has all rights of DATABASE_URL.`))
    else findings.push(...(await tryTo(name, START, () => withPool(url, settings, check))))
  }
  return findings
}

async function checkRights(pool: Pool, role: Role, rolePrefix: string, variable: string): Promise<Finding[]> {
  const name = rolePrefix + role
  if (await sharesSessions(pool)) return [failed(name, `${variable} ${SHARES_SESSIONS}.`)]
  const { isOwner, rights } = await rightsOf(pool)
  if (isOwner) return [failed(name, `${variable} logs in as the owner of the tables: use ${name}.`)]
  const rows = await prismaOf(pool).$queryRaw`SELECT current_user::text AS user`
  const [{ user }] = z.tuple([z.object({ user: z.string() })]).parse(rows)
  const isOther = ROLES.some((other) => other !== role && user === rolePrefix + other)
  if (isOther) return [failed(name, `${variable} logs in as ${user}: use ${name}.`)]
  const extra = [...rights].filter((right) => !GRANTED[role].has(right))
  const missing = [...GRANTED[role]].filter((right) => !rights.has(right))
  if (missing.length > 0) return [failed(name, `It is missing ${some(missing)}: run sluice migrate.`)]
  if (extra.length > 0) return [failed(name, `It has more rights than it needs: revoke ${some(extra)}.`)]
  const rightsAreExact = good(name, 'has exactly the rights that it needs')
  if (role === 'board') return [rightsAreExact]
  const writes = await checkPostgresWrites(name, pool)
  return [writes.verdict === 'good' ? rightsAreExact : writes]
}

function some(rights: string[]): string {
  const rest = rights.length - 3
  return rights.slice(0, 3).join(', ') + (rest > 0 ? ` and ${rest} more` : '')
}

async function withPool<T>(url: string, settings: Settings, use: (pool: Pool) => Promise<T>): Promise<T> {
  const options = { max: 2, applicationName: 'sluice-doctor', deadlineMs: 5_000 }
  const pool = connect(url, { ...options, placement: placementOf(settings) })
  try {
    return await use(pool)
  } finally {
    await pool.end()
  }
}
