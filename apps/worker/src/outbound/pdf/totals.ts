import { BOTTOM, INK, MARGIN, MUTED, type Paper, WIDTH } from './paper.ts'
import type { Weight } from './text/faces.ts'
import type { WeightedText } from './text/fonts.ts'

/** A row below the lines. */
export interface Total {
  label: string
  value: string
  /** `sum`: in bold. `note`: explains the row above. */
  kind?: 'sum' | 'note'
}

const PAGE_HEIGHT = BOTTOM - MARGIN
const LEFT = MARGIN + WIDTH * 0.42

const weightOf = ({ kind }: Total): Weight => (kind === 'sum' ? 'bold' : 'regular')

export const textsOfTotals = (totals: Total[]): WeightedText[] =>
  totals.flatMap((total) => [total.label, total.value].map((text) => ({ text, weight: weightOf(total) })))

export function drawTotals(paper: Paper, totals: Total[]): void {
  const widest = Math.max(0, ...totals.map((total) => paper.widthOf(total.value, 10.5, weightOf(total))))
  const valueWidth = Math.min(widest + 1, (MARGIN + WIDTH - LEFT) / 2)
  const value = { x: MARGIN + WIDTH - valueWidth, width: valueWidth, align: 'right' as const }
  const label = { x: LEFT, width: value.x - LEFT - 14 }
  const styleOf = (total: Total) => ({ size: 10, weight: weightOf(total), color: total.kind === 'note' ? MUTED : INK })
  const heightOf = (total: Total) =>
    Math.max(
      paper.heightOf(total.label, { ...label, ...styleOf(total) }),
      paper.heightOf(total.value, { ...value, ...styleOf(total) }),
    )
  const heights = totals.map((total) => heightOf(total) + 8)
  if (
    paper.makeRoom(
      Math.min(
        heights.reduce((sum, height) => sum + height, 0),
        PAGE_HEIGHT,
      ),
    )
  )
    paper.y += 4

  for (const [index, total] of totals.entries()) {
    const style = styleOf(total)
    const height = heightOf(total)
    const isNewPage = paper.makeRoom(height + 8)
    if (index > 0 && !isNewPage && total.kind !== 'note') paper.rule(paper.y, LEFT)
    const y = paper.y + 4
    paper.write(total.label, { ...label, ...style, y })
    paper.write(total.value, { ...value, ...style, y })
    paper.y = y + height + 4
  }
  paper.y += 16
}
