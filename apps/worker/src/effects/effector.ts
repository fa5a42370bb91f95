import type { Redis } from 'ioredis'

export interface EffectTools {
  /** Null where there is no Redis (trying out): what would be kept in it has no place. */
  redis: Redis | null
}

/**
 * Does one effect, carrying its key to the other side, so that again is the same as once.
 * Returns why there was nothing to do, or null when it is done. Throws when it failed.
 */
export type Effector = (
  payload: Record<string, string>,
  tools: EffectTools,
  effectKey: string,
) => Promise<string | null>
