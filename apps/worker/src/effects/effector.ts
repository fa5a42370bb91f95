import type { Pool } from '@sluice/database/pool'
import type { ReplicateApi } from '@sluice/providers/replicate/api'
import type { RedisClient } from '@sluice/queue'
import type { Downloader } from '../outbound/assets/download.ts'
import type { Mailer } from '../outbound/mail/mailer.ts'
import type { ObjectStore } from '../outbound/store/index.ts'

export interface EffectMessage {
  /** What the effect is about; the other side is given it, so that again is the same as once. */
  effectKey: string
  /** Ids only. */
  payload: Record<string, string>
  /** The event that asked for it first. */
  webhookEventId: string | null
}

export interface EffectTools {
  /** Merged rows. */
  pool: Pool
  /** Null where there is no Redis (trying out): what would be kept in it has no place. */
  redis: RedisClient | null
  mail: Mailer
  store: ObjectStore
  downloader: Downloader
  /** Null where nobody may ask Replicate. */
  replicate: ReplicateApi | null
}

/**
 * Does one effect, carrying its key to the other side, so that again is the same as once.
 * Returns why there was nothing to do, or null when it is done. Throws when it failed; `UnreachableError` when the other
 * side does not answer, which uses no attempt.
 */
export type Effector = (message: EffectMessage, tools: EffectTools) => Promise<string | null>
