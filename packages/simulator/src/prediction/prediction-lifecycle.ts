import { createRandom } from '../random.ts'
import type { SentEvent } from '../sent-event.ts'
import { type Ending, stepsOf } from './prediction-steps.ts'

export interface PredictionLifecycleOptions {
  /** The same seed gives the same lifecycle, ids included; another seed shares no id with it. */
  seed: string | number
  ending?: Ending
  /** `text`: a list of text chunks, as language models send. `pictures`: `data:` URIs, which need no host. */
  output?: 'text' | 'pictures'
  predictionId?: string
  /** Unix seconds. */
  start?: number
}

const CHUNKS = ['A sluice', ' opens', ' once', ' for each', ' boat', '.']
/** Between two webhooks. */
const STEP_SECONDS = 5

/**
 * Three webhooks of one prediction, in order: starting, processing (with the first text chunks, if any) and the end. An
 * aborted prediction never ran, so it has two.
 *
 * https://replicate.com/docs/topics/webhooks/receive-webhook
 */
export function predictionLifecycle({
  ending = 'succeeded',
  output = 'pictures',
  ...options
}: PredictionLifecycleOptions): SentEvent[] {
  const random = createRandom(`prediction:${options.seed}`)
  const id = options.predictionId ?? random.id('', 26).toLowerCase()
  const start = options.start ?? Date.UTC(2026, 0, 5, 9) / 1000
  const whole = output === 'text' ? CHUNKS : [0, 1].map(() => picture(random.id('', 40)))

  const timeOf = (step: number): Date => new Date((start + step * STEP_SECONDS) * 1000)
  let asked = 0
  const steps = stepsOf({ id, kind: 'prediction', output: whole, ending, webhook: null }, () => timeOf(asked++))
  const left = output === 'text' ? 'logs' : 'output'
  return [...steps]
    .filter(({ event }) => event !== left)
    .map(({ body }, step) => ({
      provider: 'replicate',
      id: random.id('msg_', 27),
      type: `prediction.${body.status}`,
      at: timeOf(step),
      body: JSON.stringify(body),
    }))
}

/** A picture that differs for every name. */
const picture = (name: string): string =>
  `data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg"><title>${name}</title></svg>`)}`
