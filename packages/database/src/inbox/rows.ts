import type { VerifiedEvent } from '@sluice/events'
import type { Pool } from 'pg'
import { z } from 'zod'
import { type Prisma, prismaOf } from '../client.ts'

/** An event as the inbox keeps it. */
export interface InboxRow extends VerifiedEvent {
  id: string
  status: string
  receivedAt: Date
  isErased: boolean
}

export const loadRow = (pool: Pool, id: string): Promise<InboxRow | undefined> => load(pool, { id: BigInt(id) })

export const loadStripeEvent = (pool: Pool, eventId: string): Promise<InboxRow | undefined> =>
  load(pool, { provider_eventId: { provider: 'stripe', eventId } })

const headers = z.record(z.string(), z.string())

async function load(pool: Pool, where: Prisma.WebhookEventWhereUniqueInput): Promise<InboxRow | undefined> {
  const row = await prismaOf(pool).webhookEvent.findUnique({ where })
  if (!row) return undefined
  return {
    ...row,
    id: row.id.toString(),
    headers: headers.parse(row.headers),
    rawBody: Buffer.from(row.rawBody ?? []),
    isErased: row.rawBody === null,
  }
}
