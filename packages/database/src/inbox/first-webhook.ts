import type { VerifiedEvent } from '@sluice/events'
import type { Pool } from 'pg'
import { z } from 'zod'
import { Prisma, prismaOf } from '../client.ts'
import { parseRows } from '../sql/rows.ts'

/** The source of a row of the inbox: provider, connected account, mode. */
export const SOURCE = Prisma.sql`concat(provider, ':', account, ':', CASE WHEN livemode THEN 'live' WHEN NOT livemode THEN 'test' END)`

/** Whether a row of the inbox came as a webhook, and was neither fetched nor imported. */
export const IS_WEBHOOK = Prisma.sql`(NOT silent AND headers -> 'sluice-fetched-for' IS NULL)`

const First = z.object({ at: z.date().nullable() })

/** When the first webhook of this provider, account and mode arrived; null if none did. */
export async function firstWebhook(
  pool: Pool,
  { provider, account, livemode }: Pick<VerifiedEvent, 'provider' | 'account' | 'livemode'>,
): Promise<Date | null> {
  const rows = await prismaOf(pool).$queryRaw`
    WITH asked AS (
      SELECT ${SOURCE} AS webhook_source
      FROM (SELECT ${provider}::text AS provider, ${account}::text AS account, ${livemode}::boolean AS livemode) AS one
    )
    SELECT least(
      (SELECT first_webhook_at FROM webhook_sources JOIN asked USING (webhook_source)),
      (SELECT received_at FROM webhook_events
        WHERE provider = ${provider} AND account IS NOT DISTINCT FROM ${account}
        AND livemode IS NOT DISTINCT FROM ${livemode}::boolean AND ${IS_WEBHOOK} ORDER BY id LIMIT 1)
    ) AS at`
  return parseRows(First, rows)[0]?.at ?? null
}
