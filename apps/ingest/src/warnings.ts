import type { connect } from '@sluice/database/pool'
import { providers } from '@sluice/providers'
import type { Logger } from '@sluice/runtime'
import type { Settings } from './ingest.ts'

export function warnOfUnsigned({ production, secrets }: Settings, logger: Logger): void {
  for (const { name, mayBeUnsigned, secretVariable } of providers) {
    const unset = (secrets[name] ?? []).length === 0
    if (!unset) continue
    const consequence = mayBeUnsigned && !production ? 'Unsigned requests are accepted' : 'Webhooks are not configured'
    logger.warn(consequence, { provider: name, reason: `${secretVariable} is not set` })
  }
}

const MAY_DO_MORE = `
  SELECT has_table_privilege('webhook_events', 'UPDATE, DELETE, TRUNCATE')
      OR has_schema_privilege(current_schema(), 'CREATE') AS "mayDoMore"`

/** Ingest only appends: a role that may do more turns a break-in here into one everywhere. */
export async function warnOfRights(pool: ReturnType<typeof connect>, logger: Logger): Promise<void> {
  const rows = await pool.query<{ mayDoMore: boolean }>(MAY_DO_MORE).then(
    (result) => result.rows,
    () => [],
  )
  if (rows[0]?.mayDoMore) logger.warn('The database role may do more than append', { reason: 'INGEST_DATABASE_URL' })
}
