import { adviseMove, type Placement, type Pool, SHARES_SESSIONS, sharesSessions } from '@sluice/database/pool'
import { excessRights } from '@sluice/database/roles'
import { providers } from '@sluice/providers'
import type { Clock } from '@sluice/runtime/clock'
import type { Logger } from '@sluice/runtime/logger'
import type { Settings } from './context.ts'
import { withWeakSecrets } from './provider-variables.ts'

export function warnOfUnsigned({ production, secrets }: Settings, logger: Logger): void {
  for (const { name, mayBeUnsigned, secretVariable } of providers) {
    if (secrets[name]?.length) continue
    const consequence = mayBeUnsigned && !production ? 'Unsigned requests are accepted' : 'Webhooks are not configured'
    logger.warn(consequence, { provider: name, reason: `${secretVariable} is not set` })
  }
}

/** In production, ingest does not start with such a secret. */
export function warnOfWeakSecrets({ secrets }: Settings, logger: Logger): void {
  for (const { name, secretVariable } of withWeakSecrets(secrets)) {
    logger.warn('Signing secret is too short for production', { provider: name, reason: secretVariable })
  }
}

/** Ingest only appends. Excess rights would let an attacker who controls ingest do more. */
export async function warnOfRights(pool: Pool, logger: Logger): Promise<void> {
  const excess = await excessRights(pool, 'ingest').catch(() => [])
  if (excess.length > 0) logger.warn('Database role has more rights than it needs', { reason: 'INGEST_DATABASE_URL' })
}

/** The tables of version 0.1.0 stay where they are until an operator moves them. */
export async function warnOfOldSchema(pool: Pool, placement: Placement, logger: Logger): Promise<void> {
  const advice = await adviseMove(pool, placement).catch(() => undefined)
  if (advice) logger.warn(advice, { reason: 'DATABASE_SCHEMA' })
}

/** Ingest starts all the same, since a webhook that is taken is worth more than one that is refused. */
export async function warnOfPooler(pool: Pool, logger: Logger): Promise<void> {
  const found = await sharesSessions(pool).catch(() => false)
  if (found) logger.error(`INGEST_DATABASE_URL ${SHARES_SESSIONS}`, { reason: 'pooler' })
}

const CLOCK_EVERY_MS = 30_000

/** Compares the clock that signatures are checked by with that of Postgres: if it is wrong, valid ones are refused. */
export function watchClock({ synchronize }: Clock): void {
  const again = () => setTimeout(() => void synchronize().then(again, again), CLOCK_EVERY_MS).unref()
  synchronize().then(again, again)
}
