import type { Pool } from 'pg'
import type { z } from 'zod'
import { idsBetween } from '../inspect/moment.ts'
import { createParameters } from '../inspect/parameters.ts'
import { queryRows } from '../sql/rows.ts'
import { ACTION_COLUMNS, ActionRow } from './read.ts'

export interface ActionFilter {
  kind?: string | undefined
  actor?: string | undefined
  state?: string | undefined
  since?: Date | undefined
  until?: Date | undefined
  /** Of the dead letters that it is about. */
  fingerprint?: string | undefined
}

/** Actions, newest first. @param before only those with a smaller id */
export async function listActions(
  pool: Pool,
  { kind, actor, state, since, until, fingerprint }: ActionFilter,
  { before, limit }: { before?: string | undefined; limit: number },
): Promise<z.infer<typeof ActionRow>[]> {
  const range = await idsBetween(pool, 'operator_actions', since, until)
  const { values, $ } = createParameters()
  const conditions = [
    ...(kind === undefined ? [] : [`a.kind = ${$(kind)}`]),
    ...(actor === undefined ? [] : [`a.actor = ${$(actor)}`]),
    ...(state === undefined ? [] : [`a.state = ${$(state)}`]),
    ...(range.from === undefined ? [] : [`a.id >= ${$(range.from)}::bigint`]),
    ...(range.to === undefined ? [] : [`a.id < ${$(range.to)}::bigint`]),
    ...(since === undefined ? [] : [`a.at >= ${$(since)}`]),
    ...(until === undefined ? [] : [`a.at < ${$(until)}`]),
    ...(fingerprint === undefined ? [] : [`a.filter ->> 'fingerprint' = ${$(fingerprint)}`]),
    ...(before === undefined ? [] : [`a.id < ${$(before)}::bigint`]),
  ]
  const text = `SELECT ${ACTION_COLUMNS} FROM operator_actions a
    ${conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''} ORDER BY a.id DESC LIMIT ${$(limit)}::int`
  return queryRows(pool, ActionRow, text, values)
}
