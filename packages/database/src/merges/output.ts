import type { OutputFact, OutputFile } from '@sluice/events'
import type { Merge } from './merge-rows.ts'
import { compare, UNKNOWN_TIME } from './order.ts'
import { assetKeyOf, insertRenders, keepRefused } from './renders.ts'

/** An output file of a job, as one event contains it. */
export interface ShownFile extends OutputFile, Pick<OutputFact, 'final' | 'completedAt'> {
  renderId: string
  /** The file's name in the asset store. Unique per job and pointer, so it is also the key of the row. */
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
 * A file is never removed once an event contained it. Of two URLs for one pointer, `https:` wins over `data:`, then
 * final over intermediate output, then the earlier ending, as in the job itself.
 */
export const outputMerge: Merge<OutputFact, Registers, ShownFile> = {
  table: 'variants',
  key: 'asset_key',
  types: { idx: 'int', render_id: 'bigint' },
  shown: 'idx status',
  hostReads: 'id render_id idx pointer source_url storage_key status content_type bytes sha256 error',
  volatile: 'id render_id storage_key status content_type bytes sha256 error',

  /**
   * One render per job, one variant per file. The job rows are locked already, because predictions are merged first.
   */
  async inputsOf(client, facts) {
    const renders = await insertRenders(
      client,
      facts.map(({ predictionId }) => predictionId),
    )
    await keepRefused(client, facts)
    return facts.flatMap(({ predictionId, files, final, completedAt }) => {
      const render = renders.get(predictionId)
      if (!render) return [] // the host has not inserted the job yet
      const { id: renderId, jobId } = render
      return files.map((file) => ({ final, completedAt, renderId, assetKey: assetKeyOf(jobId, file.pointer), ...file }))
    })
  },

  keyOf: ({ assetKey }) => assetKey,
  ownerOf: ({ predictionId }) => predictionId,
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

/** The lowest rank wins. */
const rankOf = ({ url, idx, final, completedAt }: Registers) => [!/^https:/i.test(url), !final, completedAt, url, idx]
