import type { RowChange } from '../sql/row-changes.ts'

interface Merging<R, Rules> {
  key: string
  /** Undefined for a new row. */
  before: R | undefined
  /** The columns to be written. */
  row: Record<string, unknown>
  /** The facts that were merged. */
  inputs: unknown[]
  rules: Rules
}

interface Watched {
  table: string
  watched?: readonly string[]
}

/** The parts of a merge that a change needs. */
interface Watching<R, Rules> extends Watched {
  registersOf(input: unknown): R
  join(a: R, b: R): R
  columnsOf(registers: R, rules: Rules): Record<string, unknown>
}

/**
 * The changes of the watched columns of one row, each with the event that decided. A new row is no change: the first
 * event that touched it made it, and its columns were then what its first change names as before.
 */
export function watchedChanges<R, Rules>(merge: Watching<R, Rules>, merging: Merging<R, Rules>): RowChange[] {
  const { key, before, row, inputs, rules } = merging
  if (!merge.watched || before === undefined) return []
  const changes = changedColumns(merge, key, merge.columnsOf(before, rules), row)
  if (changes.length === 0) return changes
  const decided = inputs.length > 1 ? stepsOf(merge, merging) : []
  for (const change of changes) change.eventId = deciding(change, decided) ?? eventOf(inputs[0])
  return changes
}

/** The changes between two states of the columns of a row, without an event. Undefined: there is no row. */
export function changedColumns(
  { table, watched = [] }: Watched,
  key: string,
  before: Record<string, unknown> | undefined,
  after: Record<string, unknown> | undefined,
): RowChange[] {
  const columns = before && after ? watched : watched.slice(0, 1)
  return columns.flatMap((column) => {
    const [was, is] = [textOf(before?.[column]), textOf(after?.[column])]
    return was === is ? [] : [{ table, key, column, before: was, after: is, eventId: null }]
  })
}

/** The columns after each of several facts. */
interface Step {
  eventId: string | null
  columns: Record<string, unknown>
}

function stepsOf<R, Rules>(merge: Watching<R, Rules>, { before, inputs, rules }: Merging<R, Rules>): Step[] {
  let registers = before
  return inputs.map((input) => {
    const said = merge.registersOf(input)
    registers = registers === undefined ? said : merge.join(registers, said)
    return { eventId: eventOf(input), columns: merge.columnsOf(registers, rules) }
  })
}

/** The event since which the column has its new value. */
function deciding({ column, after }: RowChange, steps: Step[]): string | null {
  let since: string | null = null
  for (const { eventId, columns } of steps.toReversed()) {
    if (textOf(columns[column]) !== after) break
    since = eventId
  }
  return since
}

/** `0`: no event, but a schedule. */
function eventOf(input: unknown): string | null {
  const { webhookEventId } = input as { webhookEventId?: string }
  return webhookEventId === undefined || webhookEventId === '0' ? null : webhookEventId
}

function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null
  return value instanceof Date ? value.toISOString() : String(value)
}
