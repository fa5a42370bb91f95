import { prismaOf } from '@sluice/database/client'
import { effectKeys } from '@sluice/database/dead-letters'
import type { Pool } from '@sluice/database/pool'
import { type Finding, found, good } from './finding.ts'

const CHECK = 'Dead letters'

/** Named one by one. Of more, only the number is said. */
const NAMED_MAX = 50

/** Every open dead letter, event or effect, with its cause. */
export async function checkDeadLetters(pool: Pool): Promise<Finding[]> {
  const prisma = prismaOf(pool)
  const where = { redrivenAt: null }
  const open = await prisma.webhookDeadLetter.count({ where })
  if (open === 0) return [good(CHECK, 'none')]
  const newest = await prisma.webhookDeadLetter.findMany({
    ...{ where, take: NAMED_MAX, orderBy: [{ failedAt: 'desc' }, { id: 'desc' }] },
    select: { outboxMessageId: true, provider: true, eventId: true, type: true, error: true },
  })
  const keys = await effectKeys(
    pool,
    newest.flatMap(({ outboxMessageId }) => outboxMessageId ?? []),
  )
  const rest = open - newest.length
  return [
    found(
      CHECK,
      `${open} open: sluice redrive --dry-run shows the causes, sluice redrive sends them back to the queue.`,
    ),
    ...newest.map(({ outboxMessageId, provider, eventId, type, error }) => {
      const of = eventId && ` of ${provider} ${eventId}`
      const name = outboxMessageId
        ? `effect ${keys.get(outboxMessageId) ?? outboxMessageId}${of}`
        : `${provider} ${eventId}`
      return found('Dead letter', `${name} (${type}): ${error}`)
    }),
    ...(rest > 0 ? [found('Dead letter', `and ${rest} older ones`)] : []),
  ]
}
