import type { Pool } from 'pg'
import type { CommitRules } from './commit-events.ts'
import { createCommitter } from './committer.ts'
import type { Settled } from './outcome.ts'

/** @throws {OutageError} when Postgres cannot work right now. */
export type Commit = (ids: string[]) => Promise<Map<string, Settled>>

/** Commits one batch after the other, for those who have all events at hand; a worker gathers them with a batcher. */
export function createCommit(pool: Pool, rules: CommitRules): Commit {
  const committer = createCommitter(pool, rules)

  return async (ids) => {
    const fresh = ids.filter((id) => !committer.isQuarantined(id))
    const settled = new Map(fresh.length > 0 ? await committer.together(fresh) : [])
    for (const id of ids) if (!settled.has(id)) settled.set(id, await committer.alone(id))
    return settled
  }
}
