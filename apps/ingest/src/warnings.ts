import type { connect } from '@sluice/database/pool'
import { excessRights } from '@sluice/database/roles'
import { providers } from '@sluice/providers'
import type { Logger } from '@sluice/runtime/logger'
import type { Settings } from './ingest.ts'

export function warnOfUnsigned({ production, secrets }: Settings, logger: Logger): void {
  for (const { name, mayBeUnsigned, secretVariable } of providers) {
    if (secrets[name]?.length) continue
    const consequence = mayBeUnsigned && !production ? 'Unsigned requests are accepted' : 'Webhooks are not configured'
    logger.warn(consequence, { provider: name, reason: `${secretVariable} is not set` })
  }
}

/** Ingest only appends: with further rights of its role an attacker who breaks in here could do more. */
export async function warnOfRights(pool: ReturnType<typeof connect>, logger: Logger): Promise<void> {
  const excess = await excessRights(pool, 'sluice_ingest').catch(() => [])
  if (excess.length > 0) logger.warn('Database role has more rights than it needs', { reason: 'INGEST_DATABASE_URL' })
}
