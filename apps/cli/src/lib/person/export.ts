import { type ExportedTable, exportRows, filesOf, type Person } from '@sluice/database/forget'
import type { Pool } from 'pg'
import { toJson } from '../table.ts'
import type { PersonFiles } from './files.ts'
import { readmeOf } from './readme.ts'
import type { Sink } from './sink.ts'

/** How much was written, by table; `bodies` of events, and `files`. */
export type Exported = Record<string, number>

/** Writes all that is held of a person: a JSON file a table, the bodies of events, and the stored files. */
export async function exportPerson(pool: Pool, person: Person, files: PersonFiles, sink: Sink): Promise<Exported> {
  const exported: Exported = {}
  const count = (name: string, more: number) => {
    exported[name] = (exported[name] ?? 0) + more
  }
  let current: ExportedTable | undefined
  const flush = async () => {
    if (current) await sink.add(`${current.table}.json`, `${toJson(current.rows, 2)}\n`)
  }
  for await (const page of exportRows(pool, person)) {
    const rows = await Promise.all(page.rows.map((row) => withBody(page.table, row, sink, count)))
    count(page.table, rows.length)
    if (current?.table === page.table) current.rows.push(...rows)
    else {
      await flush()
      current = { table: page.table, rows }
    }
  }
  await flush()
  const added = new Set<string>()
  for (const file of await filesOf(pool, person)) {
    const found = await files.read(file)
    if (!found) continue
    if (added.has(found.name)) {
      found.body.destroy()
      continue
    }
    added.add(found.name)
    await sink.add(found.name, found.body)
    count('files', 1)
  }
  await sink.add('README.md', readmeOf(exported))
  await sink.finish()
  return exported
}

/** Bodies become files, so that they can be read. */
async function withBody(
  table: string,
  { raw_body: body, ...row }: Record<string, unknown>,
  sink: Sink,
  count: (name: string, more: number) => void,
): Promise<Record<string, unknown>> {
  if (body === undefined) return row
  if (typeof body !== 'string') return { ...row, body: null }
  const name = `bodies/${table}-${row['id']}.json`
  await sink.add(name, Buffer.from(body, 'base64'))
  count('bodies', 1)
  return { ...row, body: name }
}
