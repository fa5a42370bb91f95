import { cutText } from '@sluice/emails'
import type { Page } from './page-content.ts'
import type { Table } from './table.ts'
import type { Total } from './totals.ts'

/** In UTF-16 units. Each is far more than Stripe's own forms take. */
const NAME_MAX = 300
export const DESCRIPTION_MAX = 1_000
const NOTE_MAX = 5_000

const FACTS_MAX = 30
const PARTY_LINES_MAX = 20
const NOTES_MAX = 10
const TOTALS_MAX = 60
/** The last totals, which are the sums. */
const TOTALS_KEPT = 10

const name = (text: string): string => cutText(text, NAME_MAX)
const note = (text: string): string => cutText(text, NOTE_MAX)

/** The page with every text and every list cut, so that no document takes long to set, whatever an event says. */
export const bounded = (page: Page): Page => ({
  ...page,
  title: name(page.title),
  number: name(page.number),
  headline: name(page.headline),
  brand: { ...page.brand, name: name(page.brand.name), support: name(page.brand.support) },
  facts: page.facts.slice(0, FACTS_MAX).map(([label, value]) => [name(label), name(value)]),
  parties: page.parties.map((party) => ({
    ...party,
    name: party.name && name(party.name),
    lines: party.lines.slice(0, PARTY_LINES_MAX).map(name),
  })),
  memo: page.memo && note(page.memo),
  notes: page.notes.slice(0, NOTES_MAX).map(note),
  table: boundedTable(page.table),
  totals: boundedTotals(page.totals),
})

const boundedTable = ({ head, rows }: Table): Table => ({
  head: head.map(name),
  rows: rows.map(({ description, detail, cells }) => ({
    description: cutText(description, DESCRIPTION_MAX),
    ...(detail && { detail: name(detail) }),
    cells: cells.map(name),
  })),
})

function boundedTotals(totals: Total[]): Total[] {
  const shown = totals.map((total) => ({ ...total, label: name(total.label), value: name(total.value) }))
  if (shown.length <= TOTALS_MAX) return shown
  const first = shown.slice(0, TOTALS_MAX - TOTALS_KEPT - 1)
  return [...first, { label: '…', value: '…' }, ...shown.slice(-TOTALS_KEPT)]
}

/** Lines of an invoice that a document shows: forty pages. */
const LINES_MAX = 1_000
const LETTERS_MAX = 50_000

/** As many lines as a document shows, from the first on. */
export function linesThatFit<Line extends { description: string }>(lines: Line[]): Line[] {
  let letters = 0
  const end = lines.findIndex(({ description }, index) => {
    letters += Math.min(description.length, DESCRIPTION_MAX)
    return index >= LINES_MAX || letters > LETTERS_MAX
  })
  return end < 0 ? lines : lines.slice(0, end)
}
