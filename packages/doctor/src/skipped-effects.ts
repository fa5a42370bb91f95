import { prismaOf } from '@sluice/database/client'
import { type SkipReason, skipReasonOf } from '@sluice/events'
import type { Pool } from 'pg'
import { z } from 'zod'
import { type Finding, found, good } from './finding.ts'

const CHECK = 'Skipped effects'

/** Advice for each reason of effects that were not carried out. */
const ADVICE: Record<SkipReason, string> = {
  obsolete: 'Nothing to do: what they were about had changed since.',
  missing: 'Rows that they are about are missing: sluice reconcile --repair asks Stripe for events that never came.',
  no_address: 'Give the customers an e-mail address at Stripe, or fill users.email.',
  switched_off: 'EMAILS and EMAILS_TO_CONNECTED decide which e-mail is sent.',
  too_old: 'They were about something older than EMAIL_MAX_AGE_HOURS, as after an outage.',
  past: 'Nothing to do: they were about what happened before the webhook endpoint existed, or was imported.',
  forgotten: 'Nothing to do: sluice forget has ended what was about a forgotten person.',
  refused: 'Files that a rule does not allow: see ASSET_HOSTS, and the column error of variants.',
  no_redis: 'The queue has no Redis: set REDIS_URL.',
}

/** In production, somebody should look at these. */
const NEEDS_ATTENTION: ReadonlySet<SkipReason> = new Set(['missing', 'no_address', 'too_old'])

const Skipped = z.object({ reason: z.string(), count: z.number(), kinds: z.string() })

/** The effects that were skipped in the last day, by reason. */
export async function checkSkippedEffects(pool: Pool, production: boolean): Promise<Finding[]> {
  const rows = await prismaOf(pool).$queryRaw`
    SELECT reason, sum(count)::int AS count, string_agg(kind || ' ' || count, ', ' ORDER BY count DESC, kind) AS kinds
    FROM (SELECT split_part(error, ':', 1) AS reason, kind, count(*) AS count FROM outbox_messages
      WHERE status = 'skipped' AND done_at > now() - '1 day'::interval GROUP BY 1, 2) AS skipped
    GROUP BY 1 ORDER BY 2 DESC, 1`
  const skipped = z.array(Skipped).parse(rows)
  if (skipped.length === 0) return [good(CHECK, 'none in the last day')]
  return skipped.map(({ reason: words, count, kinds }) => {
    const reason = skipReasonOf(words)
    const says = `${count} in the last day, ${words} (${kinds})${reason ? `. ${ADVICE[reason]}` : ''}`
    return production && reason && NEEDS_ATTENTION.has(reason) ? found(CHECK, says) : good(CHECK, says)
  })
}
