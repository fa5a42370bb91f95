import { type Batcher, type Commit, createBatcher } from '@sluice/database/commit'
import { annotate, inSpan } from '@sluice/runtime'

/** A transaction serves events of many traces: each has a span of its own for it, which says how many shared it. */
export function createTracedBatcher(commit: Commit): Batcher {
  const sizes = new Map<string, number>()
  const batcher = createBatcher((ids) => {
    for (const id of ids) sizes.set(id, ids.length)
    return commit(ids)
  })

  async function submit(id: string) {
    const settled = await batcher.submit(id).finally(() => {
      annotate({ batchSize: sizes.get(id) })
      sizes.delete(id)
    })
    annotate({ outcome: settled.outcome })
    return settled
  }

  return { submit: (row) => inSpan('commit', { row }, () => submit(row)) }
}
