import { userInfo } from 'node:os'
import type { KindName } from '@sluice/database/actions'
import { beginOwnAction, endOwnAction, type OwnEnd } from '@sluice/database/actions/run'
import type { Pool } from '@sluice/database/pool'

/** Longer lists are told by their length. */
const LISTED_MAX = 1_000

/**
 * Records what a command does beside what operators do in the console, with the system user as its actor.
 *
 * @param endOf how it ended
 * @throws what `work` throws, after it was recorded as failed
 */
export async function recordAction<T>(
  pool: Pool,
  kind: KindName,
  filter: object,
  work: () => Promise<T>,
  endOf: (result: T) => OwnEnd,
): Promise<T> {
  const id = await beginOwnAction(pool, { actor: `cli:${userInfo().username}`, kind, filter: shortened(filter) })
  try {
    const result = await work()
    await endOwnAction(pool, id, endOf(result))
    return result
  } catch (error) {
    await endOwnAction(pool, id, { state: 'failed', done: 0, total: null, result: null }).catch(() => {})
    throw error
  }
}

const shortened = (filter: object): object =>
  Object.fromEntries(
    Object.entries(filter).map(([name, value]) =>
      Array.isArray(value) && value.length > LISTED_MAX ? [name, `${value.length} ids`] : [name, value],
    ),
  )
