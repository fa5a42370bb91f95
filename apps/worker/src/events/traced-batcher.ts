import { type Batcher, type Committer, createBatcher } from '@sluice/database/commit'
import { metrics } from '@sluice/runtime/metrics'
import { annotate, inSpan } from '@sluice/runtime/tracing'

/** Adds a span for each event of a transaction. The span says how many events shared the transaction. */
export function createTracedBatcher(committer: Committer): Batcher {
  const sizes = new Map<string, number>()
  const traced: Committer = {
    ...committer,
    together: (ids) => {
      for (const id of ids) sizes.set(id, ids.length)
      return committer.together(ids)
    },
    alone: (id, limits) => {
      sizes.set(id, 1)
      return committer.alone(id, limits)
    },
  }
  const batcher = createBatcher(traced, (reason) => metrics.eventsApart.inc({ reason }))

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
