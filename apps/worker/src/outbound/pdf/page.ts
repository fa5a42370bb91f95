import { commonTextsOf } from '@sluice/emails'
import type { InvoiceLine } from '@sluice/events'
import type { Sender } from '../mail/address.ts'
import { drawLines } from './lines.ts'
import { bytesOf, createPaper, INK, MARGIN, MUTED, makeRoom, type Paper, rule, WIDTH } from './paper.ts'

export interface Page {
  /** `Receipt`, `Invoice`. */
  title: string
  sender: Sender
  /** Date of the document, also in the file's metadata. */
  date: Date
  facts: [string, string][]
  billedTo: string | null
  /** Summary in one sentence. */
  headline: string
  lines: InvoiceLine[]
  currency: string
  /** Below the lines; the last one is bold. */
  totals: [string, string][]
  isTest: boolean
}

export async function draw(page: Page): Promise<Buffer> {
  const { sender, date, facts, headline, billedTo, lines, totals } = page
  const paper = await createPaper({
    title: `${page.title} ${facts[0]?.[1] ?? ''}`.trim(),
    author: sender.name,
    date,
    text: [
      sender.name,
      headline,
      billedTo,
      ...facts.flat(),
      ...totals.flat(),
      ...lines.map((line) => line.description),
    ].join(),
  })
  drawHead(paper, page)
  drawParties(paper, page)
  paper.font('bold').fontSize(15).fillColor(INK).text(headline, MARGIN, paper.y, { width: WIDTH })
  paper.y += 18
  drawLines(paper, lines, page.currency)
  drawTotals(paper, totals)
  drawFeet(paper, page)
  return bytesOf(paper)
}

function drawHead(paper: Paper, { title, sender, isTest }: Page): void {
  const top = MARGIN
  paper
    .font('bold')
    .fontSize(22)
    .fillColor(INK)
    .text(title, MARGIN, top, { width: WIDTH * 0.45 })
  const left = paper.y
  paper.fontSize(12).text(sender.name, MARGIN + WIDTH * 0.45, top + 8, { width: WIDTH * 0.55, align: 'right' })
  paper.y = Math.max(left, paper.y) + 10
  if (!isTest) return
  paper
    .font('regular')
    .fontSize(10)
    .fillColor('#8a5a00')
    .text(commonTextsOf('en').testNote, MARGIN, paper.y, { width: WIDTH })
  paper.y += 8
}

function drawParties(paper: Paper, { facts, sender, billedTo }: Page): void {
  for (const [name, value] of facts) {
    const y = paper.y
    paper.font('regular').fontSize(10).fillColor(MUTED).text(name, MARGIN, y, { width: 110 })
    paper.fillColor(INK).text(value, MARGIN + 116, y, { width: WIDTH - 116 })
    paper.y += 2
  }
  paper.y += 16
  const top = paper.y
  const from = party(paper, 'From', [sender.name, ...(sender.name === sender.address ? [] : [sender.address])], 0, top)
  const to = billedTo === null ? top : party(paper, 'Billed to', [billedTo], WIDTH / 2, top)
  paper.y = Math.max(from, to) + 26
}

/** Returns the vertical position of its end. */
function party(paper: Paper, name: string, lines: string[], indent: number, top: number): number {
  const options = { width: WIDTH / 2 - 12 }
  paper
    .font('bold')
    .fontSize(10)
    .fillColor(INK)
    .text(name, MARGIN + indent, top, options)
  paper.font('regular').text(lines.join('\n'), MARGIN + indent, paper.y + 2, options)
  return paper.y
}

function drawTotals(paper: Paper, totals: [string, string][]): void {
  makeRoom(paper, totals.length * 22 + 10)
  for (const [index, [name, value]] of totals.entries()) {
    const isLast = index === totals.length - 1
    const y = paper.y + 6
    if (index > 0) rule(paper, paper.y + 1, WIDTH / 2)
    paper
      .font(isLast ? 'bold' : 'regular')
      .fontSize(isLast ? 11 : 10)
      .fillColor(INK)
    paper.text(name, MARGIN + WIDTH / 2, y, { width: WIDTH / 2 - 130 })
    paper.text(value, MARGIN + WIDTH - 130, y, { width: 130, align: 'right' })
    paper.y += 4
  }
}

function drawFeet(paper: Paper, { sender, facts }: Page): void {
  const { start, count } = paper.bufferedPageRange()
  for (let page = start; page < start + count; page += 1) {
    paper.switchToPage(page)
    paper.page.margins.bottom = 0 // the footer is below the text area
    const y = paper.page.height - 52
    rule(paper, y - 10)
    paper.font('regular').fontSize(9).fillColor(MUTED)
    paper.text(`${facts[0]?.[1] ?? ''} · Questions? ${sender.address}`, MARGIN, y, {
      width: WIDTH - 90,
      lineBreak: false,
    })
    paper.text(`Page ${page - start + 1} of ${count}`, MARGIN + WIDTH - 90, y, { width: 90, align: 'right' })
  }
}
