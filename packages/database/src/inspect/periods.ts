import type { CausedChange } from './changes.ts'

type Values = Record<string, string | number | boolean | null>

/** A row as it is now. */
export interface RowNow {
  table: string
  key: string
  /** Its watched columns. */
  values: Values
}

/** A state of a row, and when it had it. */
export interface Period {
  /** `users, subscriptions, payments, entitlements`. */
  table: string
  /** Of an entitlement its source, `customer:<id>` or `subscription:<id>`. */
  key: string
  values: Values
  /** The commit that made it; null if that is not known. */
  from: Date | null
  /** The commit that ended it; null while it lasts. */
  until: Date | null
}

interface Known {
  rows: RowNow[]
  entitlements: { source: string; feature: string }[]
  /** Oldest first. */
  changes: CausedChange[]
  /** When the first event of a row was committed, by `table/key`. */
  born: ReadonlyMap<string, Date>
}

/** All states of all rows, those of each row in the order of their times. */
export function periodsOf({ rows, entitlements, changes, born }: Known): Period[] {
  const own = changes.filter(({ table }) => table === 'entitlements')
  const given = new Map(
    [...entitlements, ...own.map(({ key, before, after }) => ({ source: key, feature: String(before ?? after) }))].map(
      (one) => [`${one.source} ${one.feature}`, one],
    ),
  )
  return [
    ...rows.flatMap((row) =>
      statesOf(
        row,
        changes.filter(({ table, key }) => table === row.table && key === row.key),
        born.get(`${row.table}/${row.key}`) ?? null,
      ),
    ),
    ...[...given.values()].flatMap(({ source, feature }) =>
      timesOf(
        { table: 'entitlements', key: source, values: { feature } },
        own.filter(({ key, before, after }) => key === source && (before ?? after) === feature),
      ),
    ),
  ]
}

/** Backwards from the present: before a change, its column was what the change names as before. */
function statesOf({ table, key, values }: RowNow, changes: CausedChange[], born: Date | null): Period[] {
  const periods: Period[] = []
  let [now, until]: [Values, Date | null] = [values, null]
  for (const { column, before, at } of changes.toReversed()) {
    if (until?.getTime() !== at.getTime()) periods.unshift({ table, key, values: now, from: at, until })
    now = { ...now, [column]: before }
    until = at
  }
  // A replayed event counts from its last commit, so that its row may have changed before.
  const from = born && until && until < born ? null : born
  if (from === null || until === null || from < until) periods.unshift({ table, key, values: now, from, until })
  return periods.filter((period) => period.values['status'] !== null)
}

/** The times during which something was there. */
function timesOf(row: RowNow, changes: CausedChange[]): Period[] {
  const periods: Period[] = []
  if (changes[0]?.after == null) periods.push({ ...row, from: null, until: null })
  for (const { after, at } of changes) {
    const last = periods.at(-1)
    if (after !== null) periods.push({ ...row, from: at, until: null })
    else if (last) last.until = at
  }
  return periods
}
