import { listLedgerLines, readLedger, readPayment } from '@sluice/database/inspect'
import type { Pool } from '@sluice/database/pool'
import type { RequestHandler } from 'express'
import { z } from 'zod'
import { answerFailure, route } from './route.ts'
import { Ledger, PaymentLife } from './schemas/ledger.ts'

const DAY_MS = 86_400_000

/** The trial balance, the sums of each day, and the last check. */
export const ledger = route({
  path: '/ledger',
  query: z.object({ days: z.coerce.number().int().min(1).max(366).default(30) }),
  answer: Ledger,
  read: (reader, { days }) =>
    readLedger(reader, new Date(Date.now() - days * DAY_MS)) as Promise<z.input<typeof Ledger>>,
})

/** One payment with its entries. */
export const payment = route({
  path: '/payments/:id',
  query: z.object({ id: z.string().max(255) }),
  answer: PaymentLife,
  read: (reader, { id }) => readPayment(reader, id),
})

const COLUMNS = [
  'id',
  'createdAt',
  'entryKey',
  'corrects',
  'paymentId',
  'stripeAccount',
  'livemode',
  'account',
  'direction',
  'amount',
  'currency',
] as const

const PAGE = 5_000

/** `GET /ledger.csv`: every line, in the order in which they were booked. */
export const ledgerCsv =
  (reader: Pool): RequestHandler =>
  async (_request, response) => {
    try {
      let lines = await listLedgerLines(reader, '0', PAGE)
      response
        .set({ 'Cache-Control': 'no-store', 'Content-Disposition': 'attachment; filename="ledger.csv"' })
        .type('text/csv')
      response.write(`${COLUMNS.join(',')}\r\n`)
      while (lines.length > 0 && !response.destroyed) {
        const text = lines.map((line) => `${COLUMNS.map((name) => cell(line[name])).join(',')}\r\n`).join('')
        if (!response.write(text))
          await new Promise((resolve) => response.once('drain', resolve).once('close', resolve))
        lines = lines.length < PAGE ? [] : await listLedgerLines(reader, lines.at(-1)?.id ?? '0', PAGE)
      }
      response.end()
    } catch (error) {
      // A file that is cut off must not look whole.
      if (response.headersSent) response.destroy()
      else answerFailure(response, error)
    }
  }

/** As RFC 4180 asks. A spreadsheet would take a text that begins with one of these signs for a formula. */
function cell(value: unknown): string {
  const text = value instanceof Date ? value.toISOString() : String(value ?? '')
  const safe = /^[=+\-@\t\r]/.test(text) && typeof value === 'string' ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
