import type { InvoiceLine } from '@sluice/events'
import { moneyText } from '../format/currency.ts'
import { BOTTOM, INK, MARGIN, MUTED, type Paper, rule, WIDTH } from './paper.ts'

const QUANTITY = 50
const AMOUNT = 130
const DESCRIPTION = WIDTH - QUANTITY - AMOUNT - 16

/** The table of invoice lines; its head is repeated on every page. */
export function drawLines(paper: Paper, lines: InvoiceLine[], currency: string): void {
  drawHead(paper)
  for (const { description, quantity, amount } of lines) {
    paper.font('regular').fontSize(10)
    const text = description.replace(/\s+/g, ' ').trim() || 'Item'
    if (paper.y + paper.heightOfString(text, { width: DESCRIPTION }) + 12 > BOTTOM) {
      paper.addPage()
      drawHead(paper)
    }
    drawRow(paper, [text, quantity === null ? '' : `${quantity}`, moneyText(amount, currency)])
    paper.y += 6
    rule(paper, paper.y)
  }
}

function drawHead(paper: Paper): void {
  paper.font('regular').fontSize(9).fillColor(MUTED)
  drawRow(paper, ['Description', 'Qty', 'Amount'], 0)
  paper.y += 4
  rule(paper, paper.y)
  paper.fillColor(INK)
}

function drawRow(paper: Paper, [description, quantity, amount]: [string, string, string], above = 6): void {
  const y = paper.y + above
  paper.text(quantity, MARGIN + DESCRIPTION + 8, y, { width: QUANTITY, align: 'right' })
  paper.text(amount, MARGIN + WIDTH - AMOUNT, y, { width: AMOUNT, align: 'right' })
  paper.text(description, MARGIN, y, { width: DESCRIPTION })
}
