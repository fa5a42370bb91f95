import type { OutputFact, OutputFile } from '@sluice/events'
import type { Merge } from './merge-rows.ts'
import { compare } from './order.ts'

/** One look at one file of a job's output. */
export interface VariantLook extends OutputFile, Pick<OutputFact, 'final' | 'completedAt'> {
  renderId: string
  /** Its place in the store, and its key: one for each pointer of each job. */
  assetKey: string
}

interface Registers {
  url: string
  idx: number
  final: boolean
  /** ISO 8601; the latest possible where Replicate did not say. */
  completedAt: string
}

const UNKNOWN_TIME = '9999-12-31T23:59:59.999Z'

/**
 * A file that was shown once is never forgotten. Of two addresses for one place, https stands over data:, what was
 * shown at the end over what was shown on the way, and of two endings the earlier, which is the one that counts.
 */
export const variantMerge: Merge<VariantLook, Registers> = {
  table: 'variants',
  key: 'asset_key',
  types: { idx: 'int', render_id: 'bigint' },
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

/** The least is the one that stands. */
const rankOf = ({ url, idx, final, completedAt }: Registers) => [!/^https:/i.test(url), !final, completedAt, url, idx]
