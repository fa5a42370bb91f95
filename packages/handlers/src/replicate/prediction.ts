import {
  type Handler,
  hasPredictionEnded,
  ignored,
  isPredictionStatus,
  type OutputFact,
  type PredictionStatus,
  processed,
} from '@sluice/events'
import { z } from 'zod'
import { read } from '../read.ts'
import { type OutputContents, readOutput } from './output-files.ts'

const ERROR_MAX_LENGTH = 10_000

/** Times have up to nine fraction digits; `Date` keeps three. */
const time = z.iso.datetime({ offset: true }).transform((text) => new Date(text))

const Prediction = z.object({
  id: z.string().min(1),
  status: z.string(),
  output: z.unknown().optional(),
  error: z.unknown().optional(),
  metrics: z.record(z.string(), z.unknown()).nullish().catch(null),
  completed_at: time.nullish(),
  data_removed: z.boolean().nullish(),
})

/**
 * A prediction, or a training, changed its status or output.
 *
 * Both have the same shape: https://replicate.com/docs/topics/predictions/lifecycle
 */
export const onPrediction: Handler = (event, { assetHosts } = {}) => {
  const prediction = read(Prediction, event.payload, 'prediction')
  if (!isPredictionStatus(prediction.status)) return ignored(unknownStatus(prediction.status))
  const { id: predictionId, status } = prediction
  const output = prediction.data_removed ? null : (prediction.output ?? null)
  const completedAt = prediction.completed_at ?? null
  const contents = readOutput(output, assetHosts)

  return processed([
    {
      kind: 'prediction',
      predictionId,
      status,
      output,
      text: contents.text,
      error: errorOf(prediction.error),
      metrics: prediction.metrics ?? null,
      completedAt,
    },
    ...filesOf({ predictionId, status, completedAt }, contents),
  ])
}

interface PredictionState {
  predictionId: string
  status: PredictionStatus
  completedAt: Date | null
}

/** A successful prediction has its whole output, even if it has no files. */
function filesOf(
  { predictionId, status, completedAt }: PredictionState,
  { files, filesRefused }: OutputContents,
): OutputFact[] {
  if (files.length === 0 && status !== 'succeeded') return []
  const refused = filesRefused > 0 ? { filesRefused } : {}
  return [{ kind: 'output', predictionId, files, ...refused, final: hasPredictionEnded(status), completedAt }]
}

/** The reason is stored and displayed, so it quotes the status only if that is a plain word. */
const unknownStatus = (status: string): string =>
  /^[a-z_]{1,32}$/.test(status) ? `unknown status ${status}` : 'unknown status'

/** Replicate documents no type for `error`. It is nearly always a string, sometimes an object. */
function errorOf(error: unknown): string | null {
  if (error === null || error === undefined) return null
  const text = typeof error === 'string' ? error : JSON.stringify(error)
  return text.slice(0, ERROR_MAX_LENGTH).toWellFormed()
}
