import { hasPredictionEnded, PREDICTION_STATUSES, type PredictionFact } from '@sluice/events'
import { toJsonb } from '../sql/text.ts'
import type { Merge } from './merge-rows.ts'
import { compact, digestOf, digestOfJson, greatest, least, UNKNOWN_TIME } from './order.ts'

interface Ending {
  /** ISO 8601; `UNKNOWN_TIME` where Replicate left it out. */
  completedAt: string
  status: string
  error: string | null
  metrics: Record<string, unknown> | null
  digest: string
}

interface Registers {
  /** Its user was forgotten; see `withoutPerson`. */
  forgotten?: true
  /** 0 starting, 1 processing. The final status has a separate register. */
  progress?: number
  ending?: Ending
  /** All final statuses that events reported, sorted. More than one is a contradiction. */
  endings?: string[]
  output?: { final: boolean; size: number; digest: string; value: unknown; text?: string | null }
}

/**
 * A prediction only moves forward: starting, processing, one final status. The earlier of two contradicting endings
 * wins. Final output wins over intermediate output, then the larger one. An event without output (`data_removed`)
 * erases nothing.
 */
export const predictionMerge: Merge<PredictionFact, Registers> = {
  table: 'generation_jobs',
  key: 'prediction_id',
  hostRows: {
    reads: 'id user_id prediction_id status error output text metrics completed_at registers seen_at poll_after',
    updates: 'status error output text metrics completed_at registers poll_after',
    hostWrites: 'id user_id prediction_id',
  },
  watched: ['status'],
  types: { output: 'jsonb', metrics: 'jsonb', completed_at: 'timestamptz' },
  shown: 'user_id status completed_at', // not `error`, which is the provider's text
  hostReads: 'id user_id prediction_id status error output text metrics completed_at',
  volatile: 'seen_at poll_after',
  keyOf: ({ predictionId }) => predictionId,

  registersOf: (fact) => {
    const isEnding = hasPredictionEnded(fact.status)
    return compact({
      forgotten: fact.forgotten,
      progress: isEnding ? undefined : PREDICTION_STATUSES.indexOf(fact.status),
      ending: isEnding ? endingOf(fact) : undefined,
      endings: isEnding ? [fact.status] : undefined,
      output:
        fact.output === null || fact.output === undefined ? undefined : outputOf(fact, fact.status === 'succeeded'),
    })
  },

  join: (a, b) =>
    compact({
      forgotten: a.forgotten ?? b.forgotten,
      progress: greatest(a.progress, b.progress, (progress) => [progress]),
      ending: least(a.ending, b.ending, ({ completedAt, status, digest }) => [completedAt, status, digest]),
      endings: a.endings && b.endings ? union(a.endings, b.endings) : (a.endings ?? b.endings),
      output: greatest(a.output, b.output, ({ final, size, digest }) => [final, size, digest]),
    }),

  columnsOf: ({ progress, ending, output }) => ({
    status: ending?.status ?? PREDICTION_STATUSES[progress ?? 0],
    error: ending?.error ?? null,
    metrics: ending?.metrics ?? null,
    output: output?.value ?? null,
    text: output ? textOf(output) : null,
    completed_at: !ending || ending.completedAt === UNKNOWN_TIME ? null : ending.completedAt,
  }),
}

const union = (a: string[], b: string[]): string[] => [...new Set([...a, ...b])].sort()

function endingOf({ status, error, metrics, completedAt }: PredictionFact): Ending {
  const ending = { completedAt: completedAt?.toISOString() ?? UNKNOWN_TIME, status, error, metrics }
  return { ...ending, digest: digestOf(ending) }
}

function outputOf({ output: value, text }: PredictionFact, final: boolean) {
  const json = toJsonb(value)
  return { final, size: json.length, digest: digestOfJson(json, text === null ? '' : `:${text}`), value, text }
}

/** Rows of an older version have the joined text as their output. */
const textOf = ({ value, text }: NonNullable<Registers['output']>): string | null =>
  text === undefined && typeof value === 'string' ? value : (text ?? null)
