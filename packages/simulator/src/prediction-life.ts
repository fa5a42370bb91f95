import { type Ending, stepsOf } from './prediction-steps.ts'
import { createRandom } from './random.ts'
import type { SentEvent } from './sent-event.ts'

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
/** From one webhook to the next. */
const STEP_SECONDS = 5

/**
 * Three of the webhooks of one prediction, in order: it starts, shows that it runs, or its first words, and ends. One
 * that is aborted never ran.
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

  const timeOf = (step: number): Date => new Date((start + step * STEP_SECONDS) * 1000)
  let asked = 0
  const steps = stepsOf({ id, kind: 'prediction', output: whole, ending, webhook: null }, () => timeOf(asked++))
  const left = output === 'text' ? 'logs' : 'output'
  return [...steps]
    .filter(({ event }) => event !== left)
    .map(({ look }, step) => ({
      provider: 'replicate',
      id: random.id('msg_', 27),
      type: `prediction.${look.status}`,
      at: timeOf(step),
      body: JSON.stringify(look),
    }))
}

/** Another one for every name. */
const picture = (name: string): string =>
  `data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg"><title>${name}</title></svg>`)}`
