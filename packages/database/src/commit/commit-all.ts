import type { Pool } from 'pg'
import type { CommitRules } from './commit-events.ts'
import { createCommitter } from './committer.ts'
import type { Settled, Tried } from './outcome.ts'

/** @throws {OutageError} when Postgres cannot work right now. */
export type Commit = (ids: string[]) => Promise<Map<string, Settled>>

/** Commits batches one after another, for callers that have all event ids at once. Workers use a batcher instead. */
export function createCommit(pool: Pool, rules: CommitRules): Commit {
  const committer = createCommitter(pool, rules)

  return async (ids) => {
    const settled = new Map<string, Settled>()
    for (let left = ids.filter((id) => !committer.isQuarantined(id)); left.length > 0; ) {
      const tried = [...((await committer.together(left)) ?? [])]
      for (const [id, one] of tried) if (isSettled(one)) settled.set(id, one)
      left = tried.filter(([, { outcome }]) => outcome === 'full').map(([id]) => id)
    }
    for (const id of ids) {
      const one = settled.get(id) ?? (await committer.alone(id))
      if (isSettled(one)) settled.set(id, one)
    }
    return settled
  }
}

const isSettled = (tried: Tried): tried is Settled => tried.outcome !== 'full' && tried.outcome !== 'large'
