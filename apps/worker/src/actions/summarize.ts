import { type ChangedRow, countByTable, moneyOf, type Preview } from '@sluice/database/replay'

/** The command line lists all of them. */
const SHOWN_MAX = 200
const EVENTS_OF_CAUSE_MAX = 10

/** A preview for people: sums, and the first rows. Everything in it is free of personal data. */
export function summarize(events: number, { rows, failures, sent, kept }: Preview) {
  const roles = rows.flatMap(roleChange)
  return {
    events,
    passing: events - failures.length,
    failing: failures.length,
    changesNothing: rows.length + failures.length === 0,
    failures: byCause(failures),
    tables: countByTable(rows),
    rowCount: rows.length,
    rows: rows.slice(0, SHOWN_MAX),
    roleCount: roles.length,
    roles: roles.slice(0, SHOWN_MAX),
    money: moneyOf(rows),
    effects: newEffects(rows),
    sentCount: sent.length,
    sent: sent.slice(0, SHOWN_MAX),
    keptCount: kept.length,
    kept: kept.slice(0, SHOWN_MAX),
  }
}

function roleChange({ table, key, columns }: ChangedRow) {
  const role = columns.find(({ column }) => column === 'role')
  return table === 'users' && role && 'after' in role ? [{ user: key, before: role.before, after: role.after }] : []
}

function byCause(failures: Preview['failures']) {
  const causes = new Map<string, { cause: string; type: string; count: number; events: string[] }>()
  for (const { eventId, type, cause } of failures) {
    const one = causes.get(`${type} ${cause}`) ?? { cause, type, count: 0, events: [] }
    one.count += 1
    if (one.events.length < EVENTS_OF_CAUSE_MAX) one.events.push(eventId)
    causes.set(`${type} ${cause}`, one)
  }
  return [...causes.values()].sort((a, b) => b.count - a.count).slice(0, SHOWN_MAX)
}

/** Effects that would run, by kind. */
function newEffects(rows: ChangedRow[]): { kind: string; count: number }[] {
  const counts = new Map<string, number>()
  for (const { table, isNew, columns } of rows) {
    if (table !== 'outbox_messages' || !isNew) continue
    const kind = columns.flatMap((one) => (one.column === 'kind' && 'after' in one ? [String(one.after)] : []))[0] ?? ''
    counts.set(kind, (counts.get(kind) ?? 0) + 1)
  }
  return [...counts].map(([kind, count]) => ({ kind, count })).sort((a, b) => (a.kind < b.kind ? -1 : 1))
}
