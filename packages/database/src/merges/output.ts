import type { OutputFact, OutputFile } from '@sluice/events'
import type { Merge } from './merge-rows.ts'
import { compare, UNKNOWN_TIME } from './order.ts'
import { assetKeyOf, insertRenders } from './renders.ts'

/** One file of a job's output, as one event shows it. */
export interface ShownFile extends OutputFile, Pick<OutputFact, 'final' | 'completedAt'> {
  renderId: string
  /** Where the asset store keeps it. There is one for each pointer of each job, so it is the key as well. */
  assetKey: string
}

interface Registers {
  url: string
  idx: number
  final: boolean
  /** ISO 8601; `UNKNOWN_TIME` where Replicate left it out. */
  completedAt: string
}

/**
 * A file that was shown once is never forgotten. Of two addresses for one pointer, https beats data:, then the final
 * output beats one shown on the way, then the earlier ending beats the later: it is the one that the job keeps.
 */
export const outputMerge: Merge<OutputFact, Registers, ShownFile> = {
  table: 'variants',
  key: 'asset_key',
  types: { idx: 'int', render_id: 'bigint' },
  shown: 'idx status',
  volatile: 'id render_id storage_key status content_type bytes sha256 error',

  /** One render per job, one variant per file. The rows of the jobs are locked by then: predictions merge earlier. */
  async inputsOf(client, facts) {
    const renders = await insertRenders(
      client,
      facts.map(({ predictionId }) => predictionId),
    )
    return facts.flatMap(({ predictionId, files, final, completedAt }) => {
      const render = renders.get(predictionId)
      if (!render) return [] // the host has not inserted the job yet
      const { id: renderId, jobId } = render
      return files.map((file) => ({ final, completedAt, renderId, assetKey: assetKeyOf(jobId, file.pointer), ...file }))
    })
  },

  keyOf: ({ assetKey }) => assetKey,
  once: ({ renderId, pointer }) => ({ render_id: renderId, pointer }),

  registersOf: ({ url, idx, final, completedAt }) => ({
    url,
    idx,
    final,
    completedAt: completedAt?.toISOString() ?? UNKNOWN_TIME,
  }),

  join: (a, b) => (compare(rankOf(a), rankOf(b)) <= 0 ? a : b),

  columnsOf: ({ url, idx }) => ({ source_url: url, idx }),
}

/** The least rank wins. */
const rankOf = ({ url, idx, final, completedAt }: Registers) => [!/^https:/i.test(url), !final, completedAt, url, idx]
