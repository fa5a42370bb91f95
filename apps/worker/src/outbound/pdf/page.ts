import { commonTextsOf, fill } from '@sluice/emails'
import { bounded } from './bounds.ts'
import { labelsOf } from './labels.ts'
import type { Page } from './page-content.ts'
import { createPaper, INK, MARGIN, MUTED, type Paper, WIDTH } from './paper.ts'
import { drawTable, textsOfTable } from './table.ts'
import type { WeightedText } from './text/fonts.ts'
import { drawTotals, textsOfTotals } from './totals.ts'

export async function draw(whole: Page): Promise<Buffer> {
  const page = bounded(whole)
  const { brand, date, language, locale } = page
  const title = `${page.title} ${page.number}`
  const paper = await createPaper({ title, author: brand.name, date, language, locale, texts: textsOf(page) })
  drawHead(paper, page)
  drawFacts(paper, page)
  drawParties(paper, page)
  paper.y = paper.write(page.headline, { x: MARGIN, y: paper.y, width: WIDTH, size: 15, weight: 'bold' }) + 12
  if (page.memo) drawFlowing(paper, page.memo, INK)
  drawTable(paper, page.table)
  drawTotals(paper, page.totals)
  for (const note of page.notes) drawFlowing(paper, note, MUTED)
  drawFeet(paper, page)
  return paper.end()
}

/** Every text of a page, so that its fonts are there before the first line is drawn. */
function textsOf(page: Page): WeightedText[] {
  const bold = [page.title, page.brand.name, page.headline, ...page.parties.flatMap(({ title, name }) => [title, name])]
  const regular = [
    ...page.facts.flat(),
    ...page.parties.flatMap(({ lines }) => lines),
    page.memo,
    ...page.notes,
    noteOf(page),
    ...feetOf(page, 1, 1),
  ]
  const weighted = (texts: (string | null)[], weight: WeightedText['weight']) =>
    texts.flatMap((text) => (text ? [{ text, weight }] : []))
  return [
    ...weighted(bold, 'bold'),
    ...weighted(regular, 'regular'),
    ...textsOfTable(page.table),
    ...textsOfTotals(page.totals),
  ]
}

function drawHead(paper: Paper, page: Page): void {
  const { brand } = page
  const titleWidth = WIDTH * 0.55
  const end = paper.write(page.title, {
    x: MARGIN,
    y: paper.y,
    width: titleWidth,
    size: 22,
    weight: 'bold',
    color: brand.color ?? INK,
  })
  const side = { x: MARGIN + titleWidth + 12, width: WIDTH - titleWidth - 12 }
  const sideEnd =
    drawLogo(paper, brand.logo, side) ??
    paper.write(brand.name, { ...side, y: paper.y + 8, size: 12, weight: 'bold', align: 'right' })
  paper.y = Math.max(end, sideEnd) + 8
  const note = noteOf(page)
  if (note) paper.y = paper.write(note, { x: MARGIN, y: paper.y, width: WIDTH, size: 10, color: '#8a5a00' }) + 8
}

const LOGO_HEIGHT = 40

/** Returns the vertical position of its end; null without a logo, or with a file that is no picture. */
function drawLogo(paper: Paper, logo: Buffer | null, { x, width }: { x: number; width: number }): number | null {
  if (!logo) return null
  try {
    paper.doc.image(logo, x, paper.y, { fit: [width, LOGO_HEIGHT], align: 'right' })
    return paper.y + LOGO_HEIGHT
  } catch {
    return null
  }
}

const noteOf = ({ isTest, language }: Page): string | null => (isTest ? commonTextsOf(language).testNote : null)

const LABEL_WIDTH_MAX = 180

function drawFacts(paper: Paper, { facts }: Page): void {
  const widest = Math.max(...facts.map(([label]) => paper.widthOf(label, 10)))
  const width = Math.min(widest, LABEL_WIDTH_MAX)
  for (const [label, value] of facts) {
    const { y } = paper
    const labelEnd = paper.write(label, { x: MARGIN, y, width: width + 1, size: 10, color: MUTED })
    const x = MARGIN + width + 16
    paper.y = Math.max(labelEnd, paper.write(value, { x, y, width: MARGIN + WIDTH - x, size: 10 }))
  }
  paper.y += 16
}

function drawParties(paper: Paper, { parties }: Page): void {
  const top = paper.y
  const width = WIDTH / 2 - 12
  const ends = parties.map(({ title, name, lines }, index) => {
    const box = { x: MARGIN + (index * WIDTH) / 2, width, size: 10 }
    let y = paper.write(title, { ...box, y: top, weight: 'bold', color: MUTED }) + 2
    if (name) y = paper.write(name, { ...box, y, weight: 'bold' })
    return lines.reduce((y, line) => paper.write(line, { ...box, y }), y)
  })
  paper.y = Math.max(top, ...ends) + 22
}

/** Text that may be longer than the page. */
function drawFlowing(paper: Paper, text: string, color: string): void {
  const box = { x: MARGIN, width: WIDTH, size: 9.5, color }
  for (const line of text.replace(/\n{3,}/g, '\n\n').split('\n')) {
    paper.makeRoom(paper.heightOf(line, box))
    paper.y = paper.write(line, { ...box, y: paper.y })
  }
  paper.y += 12
}

/** Text at the left and at the right of the bottom of each page. */
function feetOf({ language, brand, number }: Page, page: number, count: number): [string, string] {
  const { questions, page: pageLabel } = labelsOf(language)
  const left = [number, fill(questions, { address: brand.support })].join(' · ')
  return [left, fill(pageLabel, { page: `${page}`, count: `${count}` })]
}

function drawFeet(paper: Paper, page: Page): void {
  const { start, count } = paper.doc.bufferedPageRange()
  for (let index = start; index < start + count; index += 1) {
    paper.doc.switchToPage(index)
    const y = paper.doc.page.height - 60
    const [left, right] = feetOf(page, index - start + 1, count)
    paper.rule(y - 6)
    paper.write(left, { x: MARGIN, y, width: WIDTH - 100, size: 9, color: MUTED })
    paper.write(right, { x: MARGIN + WIDTH - 90, y, width: 90, size: 9, color: MUTED, align: 'right' })
  }
}
