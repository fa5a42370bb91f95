import type { Pool } from 'pg'
import type { CommitRules } from './commit-events.ts'
import { createCommitter } from './committer.ts'
import type { Settled } from './outcome.ts'

/** @throws {OutageError} when Postgres cannot work right now. */
export type Commit = (ids: string[]) => Promise<Map<string, Settled>>

/** Commits batches one after another, for callers that have all event ids at once. Workers use a batcher instead. */
export function createCommit(pool: Pool, rules: CommitRules): Commit {
  const committer = createCommitter(pool, rules)

  return async (ids) => {
    const fresh = ids.filter((id) => !committer.isQuarantined(id))
    const settled = new Map(fresh.length > 0 ? await committer.together(fresh) : [])
    for (const id of ids) if (!settled.has(id)) settled.set(id, await committer.alone(id))
    return settled
  }
}
