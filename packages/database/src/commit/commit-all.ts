import type { Pool } from 'pg'
import { createCommitter } from './committer.ts'
import type { Settled, Tried } from './outcome.ts'
import type { CommitRules } from './rules.ts'

/** @throws {OutageError} when Postgres cannot work right now. */
export type Commit = (ids: string[]) => Promise<Map<string, Settled>>

/** Commits batches one after another, for callers that have all event ids at once. Workers use a batcher instead. */
export function createCommit(pool: Pool, rules: CommitRules): Commit {
  const committer = createCommitter(pool, rules)

  return async (ids) => {
    const settled = new Map<string, Settled>()
    const revisions = new Set<string>()
    for (let left = ids.filter((id) => !committer.isQuarantined(id)); left.length > 0; ) {
      const tried = [...((await committer.together(left)) ?? [])]
      for (const [id, one] of tried) {
        if (isSettled(one)) settled.set(id, one)
        else if (one.outcome === 'revision') revisions.add(id)
      }
      left = tried.filter(([, { outcome }]) => outcome === 'full').map(([id]) => id)
    }
    for (const id of ids) {
      if (settled.has(id)) continue
      const one = revisions.has(id) ? { outcome: 'revision' as const } : await committer.alone(id)
      const tried = one.outcome === 'revision' ? await committer.revise(id) : new Map([[id, one]])
      for (const [each, result] of tried) if (isSettled(result) && ids.includes(each)) settled.set(each, result)
    }
    return settled
  }
}

const isSettled = (tried: Tried): tried is Settled => !['full', 'large', 'revision'].includes(tried.outcome)
