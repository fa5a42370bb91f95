import { existsSync, readdirSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { CONNECTIONS } from '../../plan.ts'
import type { Backlog } from '../../setup/backlog.ts'
import { scriptOf, startChild } from '../../setup/child.ts'
import type { Stores } from '../../setup/stores.ts'
import { oneEvent, type Writes } from './writes.ts'

const DEBIAN_ROOT = '/usr/lib/postgresql'

/** Runs one transaction of prepared statements per event, without an application. Resolves to seconds. */
export async function settleBySql(
  stores: Stores,
  writes: Writes,
  batch: Backlog,
  core: string | undefined,
): Promise<number> {
  const pgbench = findPgbench()
  const [program, args] = pgbench
    ? [pgbench, await pgbenchArguments(stores, writes, batch)]
    : [process.execPath, [scriptOf('peers/worker/plain-client'), await orderFile(stores, writes, batch)]]
  const child = startChild(program, args, {
    name: 'bare-sql',
    folder: stores.folder,
    core,
    env: { PGPASSWORD: new URL(stores.workerUrl).password },
  })
  const exitCode = await child.ended
  const output = child.output()
  const perSecond = Number(/^tps = ([\d.]+)/m.exec(output)?.[1])
  if (exitCode !== 0 || !perSecond) throw new Error(`The bare SQL ended with ${exitCode}:\n${output}`)
  return batch.count / perSecond
}

/** Name of the SQL client, for the report. */
export const sqlClient = (): string => (findPgbench() ? 'pgbench' : 'node-postgres')

function findPgbench(): string | undefined {
  const debian = existsSync(DEBIAN_ROOT) ? readdirSync(DEBIAN_ROOT).map((major) => join(DEBIAN_ROOT, major, 'bin')) : []
  return [...(process.env['PATH'] ?? '').split(delimiter), ...debian.sort().reverse()]
    .map((folder) => join(folder, 'pgbench'))
    .find((path) => existsSync(path))
}

async function pgbenchArguments(stores: Stores, writes: Writes, batch: Backlog): Promise<string[]> {
  const each = batch.count / CONNECTIONS
  const script = join(stores.folder, 'settle.sql')
  await writeFile(script, pgbenchScript(writes))
  const url = new URL(stores.workerUrl)
  return [
    ...['-h', url.hostname, '-p', url.port, '-U', url.username],
    ...['-n', '-M', 'prepared', '-f', script],
    ...['-c', String(CONNECTIONS), '-j', '1', '-t', String(each)],
    ...['-D', `first=${batch.first}`, '-D', `each=${each}`, '-D', 'done=0'],
    url.pathname.slice(1),
  ]
}

const pgbenchScript = ({ statements }: Writes): string =>
  [
    '\\set row :first + :client_id * :each + :done',
    '\\set done :done + 1',
    'BEGIN;',
    `${CLAIM(':row')} \\gset`,
    ...statements.map((statement) => `${statement(oneEvent(':key', ':row'))};`),
    `${FINISH(':row')};`,
    'COMMIT;',
  ].join('\n')

/** Fails when the row was claimed before. */
const CLAIM = (row: string): string =>
  `SELECT right(event_id, 10) AS key FROM webhook_events WHERE id = ${row} AND status = 'received' FOR UPDATE`

const FINISH = (row: string): string =>
  `UPDATE webhook_events SET status = 'processed', processed_at = now() WHERE id = ${row}`

/** Input of `plain-client.ts`. */
export interface Order extends Backlog {
  url: string
  claim: string
  statements: string[]
  finish: string
}

async function orderFile(stores: Stores, writes: Writes, batch: Backlog): Promise<string> {
  const order: Order = {
    ...batch,
    url: stores.workerUrl,
    claim: CLAIM('$1'),
    statements: writes.statements.map((statement) => statement(oneEvent('$1', '$2'))),
    finish: FINISH('$1'),
  }
  const file = join(stores.folder, 'settle.json')
  await writeFile(file, JSON.stringify(order))
  return file
}
