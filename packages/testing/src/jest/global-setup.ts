import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrate } from '@sluice/database/migrate'
import { findRedis, installRedis, startPostgres } from '@sluice/dev-services'
import { atDatabase, TEMPLATE, withClient } from '../cluster.ts'
import { keep } from './kept.ts'

/** Starts one Postgres for the whole run, with a migrated template that tests clone, and makes sure that Redis exists. */
export default async function globalSetup(): Promise<void> {
  if (!(findRedis() ?? (await installRedis())))
    return stopWith('The tests need Redis: install redis-server (or valkey-server) and have it on PATH.')
  const directory = await mkdtemp(join(tmpdir(), 'sluice-test-'))
  const postgres = await startPostgres({ directory, durable: false }).catch((error: Error) => stopWith(error.message))
  keep({ directory, stop: postgres.stop })
  await withClient(postgres.url, (client) => client.query(`create database ${TEMPLATE}`))
  await migrate(atDatabase(postgres.url, TEMPLATE))
  process.env['SLUICE_TEST_POSTGRES_URL'] = postgres.url
}

function stopWith(line: string): never {
  console.error(line)
  process.exit(1)
}
