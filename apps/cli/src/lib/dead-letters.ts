import { prismaOf } from '@sluice/database/client'
import { effectKeys } from '@sluice/database/dead-letters'
import type { Pool } from 'pg'
import { EXIT } from './exit-codes.ts'
import { print } from './print.ts'
import { table, toJson } from './table.ts'

interface DeadOptions {
  /** Type of an event, or kind of an effect; a `*` at the end matches any suffix. */
  type?: string
  since?: Date
  limit: number
  json?: boolean
}

/** Lists open dead letters, events and effects, newest first. */
export async function listDeadLetters(pool: Pool, { type, since, limit, json }: DeadOptions): Promise<void> {
  const { webhookDeadLetter } = prismaOf(pool)
  const letters = await webhookDeadLetter.findMany({
    where: {
      redrivenAt: null,
      ...(type && { type: type.endsWith('*') ? { startsWith: type.slice(0, -1) } : type }),
      ...(since && { failedAt: { gte: since } }),
    },
    omit: { rawBody: true },
    orderBy: [{ failedAt: 'desc' }, { id: 'desc' }],
    take: limit,
  })
  const keys = await effectKeys(
    pool,
    letters.flatMap(({ outboxMessageId }) => outboxMessageId ?? []),
  )
  const rows = letters.map((letter) => ({ ...letter, effectKey: keys.get(letter.outboxMessageId ?? '') ?? null }))
  if (rows.length > 0) process.exitCode = EXIT.found
  if (json) for (const row of rows) print(toJson(row))
  else print(rows.length > 0 ? table(HEADINGS, rows.map(cellsOf)) : 'There are no dead letters.')
}

const HEADINGS = ['FAILED', 'OF', 'FAILURES', 'TYPE', 'ID', 'FINGERPRINT', 'ERROR']

interface Row {
  failedAt: Date
  outboxMessageId: string | null
  effectKey: string | null
  attempts: number
  type: string
  eventId: string
  fingerprint: string
  error: string
}

const cellsOf = ({
  failedAt,
  outboxMessageId,
  effectKey,
  attempts,
  type,
  eventId,
  fingerprint,
  error,
}: Row): string[] => [
  failedAt.toISOString(),
  outboxMessageId ? 'effect' : 'event',
  String(attempts),
  type,
  outboxMessageId ? (effectKey ?? outboxMessageId) : eventId,
  fingerprint,
  error,
]
