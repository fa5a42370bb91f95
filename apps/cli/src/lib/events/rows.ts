import type { Prisma, PrismaClient } from '@sluice/database/client'
import { print } from '../print.ts'
import { table, toJson } from '../table.ts'

export interface Filter {
  status?: string
  type?: string
  customer?: string
  since?: Date
}

export const whereOf = ({ status, type, customer, since }: Filter): Prisma.WebhookEventWhereInput => ({
  ...(status && { status }),
  ...(type && { type: type.endsWith('*') ? { startsWith: type.slice(0, -1) } : type }),
  ...(customer && { customerId: customer }),
  ...(since && { receivedAt: { gte: since } }),
})

/** The newest events first. */
export const findRows = (reader: PrismaClient, where: Prisma.WebhookEventWhereInput, limit: number) =>
  reader.webhookEvent.findMany({
    where,
    omit: { rawBody: true, headers: true },
    orderBy: { id: 'desc' },
    take: limit,
  })

export type Row = Awaited<ReturnType<typeof findRows>>[number]

/** @param none said instead of an empty table */
export function printRows(rows: Row[], json: boolean | undefined, none = 'No event matches.'): void {
  if (json) for (const row of rows) print(toJson(row))
  else if (rows.length === 0) print(none)
  else print(table(HEADINGS, rows.map(cellsOf)))
}

const HEADINGS = ['RECEIVED', 'STATUS', 'FAILURES', 'PROVIDER', 'TYPE', 'ID', 'ERROR']

export const cellsOf = ({ receivedAt, status, attempts, provider, type, eventId, error }: Row): string[] => [
  receivedAt.toISOString(),
  status,
  String(attempts),
  provider,
  type,
  eventId,
  error ?? '',
]
