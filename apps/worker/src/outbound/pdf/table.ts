import { BOTTOM, INK, MARGIN, MUTED, type Paper, WIDTH } from './paper.ts'
import type { WeightedText } from './text/fonts.ts'

export interface Row {
  description: string
  /** In smaller letters below the description. */
  detail?: string | null
  /** One for each column after the description. */
  cells: string[]
}

export interface Table {
  /** Titles of the columns; the first one is that of the description. */
  head: string[]
  rows: Row[]
}

const SIZE = 10
const SMALL = 8.5
const GAP = 14
const DESCRIPTION_MIN = 170

export const textsOfTable = ({ head, rows }: Table): WeightedText[] =>
  [...head, ...rows.flatMap(({ description, detail, cells }) => [description, detail ?? '', ...cells])].map((text) => ({
    text,
    weight: 'regular',
  }))

interface Column {
  x: number
  width: number
}

/** Draws rows and columns; the head is repeated on every page. */
export function drawTable(paper: Paper, { head, rows }: Table): void {
  const columns = columnsOf(paper, { head, rows })
  const drawHead = () => {
    paper.y = drawCells(paper, columns, head, { y: paper.y, size: 9, color: MUTED }) + 4
    paper.rule(paper.y)
  }
  paper.makeRoom(60)
  drawHead()
  for (const row of rows) {
    if (paper.y + heightOf(paper, columns, row) > BOTTOM) {
      paper.makeRoom(Number.POSITIVE_INFINITY)
      drawHead()
    }
    drawRow(paper, columns, row)
  }
}

/** Each column is as wide as its widest cell; the description has the rest. */
function columnsOf(paper: Paper, { head, rows }: Table): Column[] {
  const available = WIDTH - DESCRIPTION_MIN - GAP * (head.length - 1)
  const wanted = head
    .slice(1)
    .map((title, index) =>
      Math.ceil(
        Math.max(paper.widthOf(title, 9), ...rows.map(({ cells }) => paper.widthOf(cells[index] ?? '', SIZE))) + 1,
      ),
    )
  const factor = Math.min(1, available / wanted.reduce((sum, width) => sum + width, 0))
  const columns: Column[] = []
  let right = MARGIN + WIDTH
  for (const width of wanted.map((width) => width * factor).reverse()) {
    columns.unshift({ x: right - width, width })
    right -= width + GAP
  }
  return [{ x: MARGIN, width: right - MARGIN }, ...columns]
}

interface CellStyle {
  y: number
  size: number
  color: string
}

function drawCells(paper: Paper, columns: Column[], texts: string[], style: CellStyle): number {
  const ends = columns.map((column, index) =>
    paper.write(texts[index] ?? '', { ...column, ...style, align: index === 0 ? 'left' : 'right' }),
  )
  return Math.max(...ends)
}

function drawRow(paper: Paper, columns: Column[], { description, detail, cells }: Row): void {
  const y = paper.y + 5
  const [first] = columns
  let end = drawCells(paper, columns, [description, ...cells], { y, size: SIZE, color: INK })
  if (detail && first) {
    const below = y + paper.heightOf(description, { width: first.width, size: SIZE })
    end = Math.max(end, paper.write(detail, { ...first, y: below, size: SMALL, color: MUTED }))
  }
  paper.y = end + 5
  paper.rule(paper.y)
}

function heightOf(paper: Paper, columns: Column[], { description, detail, cells }: Row): number {
  const heights = columns.map(({ width }, index) =>
    index === 0
      ? paper.heightOf(description, { width, size: SIZE }) +
        (detail ? paper.heightOf(detail, { width, size: SMALL }) : 0)
      : paper.heightOf(cells[index - 1] ?? '', { width, size: SIZE }),
  )
  return Math.max(...heights) + 10
}
