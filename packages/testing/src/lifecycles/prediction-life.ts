import { createRandom } from './random.ts'
import type { SentEvent } from './sent-event.ts'

export type Ending = 'succeeded' | 'failed' | 'canceled' | 'aborted'

export interface PredictionLifeOptions {
  /** The same seed gives the same life, ids included; another seed shares no id with it. */
  seed: string | number
  ending?: Ending
  /** A language model sends text in pieces, an image model its pictures: here as `data:` URIs, which need no host. */
  output?: 'text' | 'pictures'
  predictionId?: string
  /** Unix seconds. */
  start?: number
}

const CHUNKS = ['A sluice', ' opens', ' once', ' for each', ' boat', '.']
const ERROR = 'Prediction interrupted; please retry (code: PA)'

/**
 * The webhooks of one prediction, in order: it starts, shows a first part, and ends. One that is aborted never ran.
 *
 * https://replicate.com/docs/topics/webhooks/receive-webhook
 */
export function predictionLife({
  ending = 'succeeded',
  output = 'pictures',
  ...options
}: PredictionLifeOptions): SentEvent[] {
  const random = createRandom(`prediction:${options.seed}`)
  const id = options.predictionId ?? random.id('', 26).toLowerCase()
  const start = options.start ?? Date.UTC(2026, 0, 5, 9) / 1000
  const whole = output === 'text' ? CHUNKS : [0, 1].map(() => picture(random.id('', 40)))
  const statuses = ending === 'aborted' ? ['starting', ending] : ['starting', 'processing', ending]

  return statuses.map((status, index) => {
    const at = new Date((start + index * 5) * 1000)
    const body = bodyOf({ id, status, output, whole, start, at })
    return {
      provider: 'replicate',
      id: random.id('msg_', 27),
      type: `prediction.${status}`,
      at,
      body: JSON.stringify(body),
    }
  })
}

interface Look {
  id: string
  status: string
  output: 'text' | 'pictures'
  whole: string[]
  start: number
  at: Date
}

function bodyOf({ id, status, output, whole, start, at }: Look) {
  const isOver = status !== 'starting' && status !== 'processing'
  const seconds = at.getTime() / 1000 - start
  return {
    id,
    model: output === 'text' ? 'meta/meta-llama-3-8b-instruct' : 'black-forest-labs/flux-schnell',
    version: 'hidden',
    input: { prompt: 'a sluice' },
    logs: status === 'starting' ? '' : 'Using seed: 1',
    output: status === 'succeeded' ? whole : status === 'processing' && output === 'text' ? whole.slice(0, 2) : null,
    data_removed: false,
    error: status === 'failed' ? ERROR : null,
    source: 'api',
    status,
    created_at: nanoseconds(start),
    started_at: status === 'starting' || status === 'aborted' ? null : nanoseconds(start + 1),
    completed_at: isOver ? nanoseconds(start + seconds) : null,
    metrics: isOver ? { predict_time: seconds - 1, total_time: seconds } : {},
    urls: {
      get: `https://api.replicate.com/v1/predictions/${id}`,
      cancel: `https://api.replicate.com/v1/predictions/${id}/cancel`,
    },
  }
}

/** Another one for every name. */
const picture = (name: string): string =>
  `data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg"><title>${name}</title></svg>`)}`

/** Replicate writes times with up to nine digits of a second. */
const nanoseconds = (seconds: number): string => new Date(seconds * 1000).toISOString().replace('Z', '123456Z')
