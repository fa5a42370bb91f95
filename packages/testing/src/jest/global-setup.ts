import { mkdir, mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findRedis, installRedis, startPostgres } from '@sluice/dev-services'
import { describeServer } from '../databases.ts'
import { keep } from './kept.ts'

/** Starts one Postgres for the whole run, with a migrated template that tests clone, and makes sure that Redis exists. */
export default async function globalSetup(): Promise<void> {
  if (!(findRedis() ?? (await installRedis())))
    return stopWith('The tests need Redis: install redis-server (or valkey-server) and have it on PATH.')
  const directory = await mkdtemp(join(tmpdir(), 'sluice-test-'))
  const postgres = await startPostgres({ directory, durable: false }).catch((error: Error) => stopWith(error.message))
  keep({ directory, stop: postgres.stop })
  const free = join(directory, 'free')
  await mkdir(free)
  process.env['SLUICE_TEST_POSTGRES'] = JSON.stringify(await describeServer(postgres.url, free))
}

function stopWith(line: string): never {
  console.error(line)
  process.exit(1)
}
