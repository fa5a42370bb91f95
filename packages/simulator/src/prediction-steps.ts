export type Ending = 'succeeded' | 'failed' | 'canceled' | 'aborted'

/** One look at a prediction, as the API shows it and as webhooks carry it. */
export interface Look extends Record<string, unknown> {
  id: string
  status: string
  output: unknown
  logs: string
  completed_at: string | null
}

/** Which of a webhook's filters a look belongs to. The body does not say. */
export type WebhookEvent = 'start' | 'output' | 'logs' | 'completed'

export interface Step {
  event: WebhookEvent
  look: Look
}

export interface Run {
  id: string
  kind: 'prediction' | 'training'
  /** What it ends with, if it succeeds. Lists are shown growing. */
  output: unknown
  ending: Ending
  webhook: string | null
}

const ERROR = 'Prediction interrupted; please retry (code: PA)'

/**
 * What happens to it, in order: https://replicate.com/docs/topics/predictions/lifecycle
 *
 * `now` is asked when it is made, when it starts to run, and when it ends.
 */
export function* stepsOf(run: Run, now = () => new Date()): Generator<Step> {
  const createdAt = now()
  const look = (status: string, fields: object = {}): Look => ({ ...lookOf(run, createdAt), status, ...fields })
  yield { event: 'start', look: look('starting') }

  const started_at = run.ending === 'aborted' ? null : nanoseconds(now())
  const running = (fields: object) => look('processing', { started_at, ...fields })
  if (started_at) {
    yield { event: 'logs', look: running({ logs: 'Using seed: 1\n' }) }
    for (const output of partsOf(run.output)) {
      yield { event: 'output', look: running({ logs: 'Using seed: 1\n50%\n', output }) }
    }
  }
  yield {
    event: 'completed',
    look: look(run.ending, {
      logs: started_at ? 'Using seed: 1\n50%\n100%\n' : '',
      output: run.ending === 'succeeded' ? run.output : null,
      error: run.ending === 'failed' ? ERROR : null,
      started_at,
      completed_at: nanoseconds(now()),
      metrics: { predict_time: 1.25, total_time: 1.5 },
    }),
  }
}

/** An hour after its end the API has forgotten what went in and came out: https://replicate.com/docs/topics/predictions/data-retention */
export const withoutData = (look: Look): Look => ({ ...look, input: {}, output: null, logs: '', data_removed: true })

const partsOf = (output: unknown): unknown[] =>
  Array.isArray(output) && output.length > 1 ? [output.slice(0, Math.ceil(output.length / 2))] : []

function lookOf({ id, kind, webhook }: Run, createdAt: Date): Look {
  const base = `https://api.replicate.com/v1/${kind}s/${id}`
  return {
    id,
    model: 'black-forest-labs/flux-schnell',
    version: 'hidden',
    input: { prompt: 'a sluice' },
    logs: '',
    output: null,
    data_removed: false,
    error: null,
    source: 'api',
    status: 'starting',
    webhook,
    created_at: createdAt.toISOString(),
    started_at: null,
    completed_at: null,
    metrics: {},
    urls: { get: base, cancel: `${base}/cancel` },
  }
}

/** Replicate writes some of its times with nine digits of a second. */
const nanoseconds = (at: Date): string => at.toISOString().replace('Z', '123456Z')
