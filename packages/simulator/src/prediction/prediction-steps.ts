export type Ending = 'succeeded' | 'failed' | 'canceled' | 'aborted'

/** A prediction at one moment, as the API shows it and as webhooks carry it. */
export interface PredictionBody extends Record<string, unknown> {
  id: string
  status: string
  output: unknown
  logs: string
  completed_at: string | null
}

/** The webhook filter that a body is sent for. The body itself does not name it. */
export type WebhookEvent = 'start' | 'output' | 'logs' | 'completed'

export interface Step {
  event: WebhookEvent
  body: PredictionBody
}

export interface Run {
  id: string
  kind: 'prediction' | 'training'
  /** The output when it succeeds. A list grows over the webhooks. */
  output: unknown
  ending: Ending
  webhook: string | null
}

const ERROR = 'Prediction interrupted; please retry (code: PA)'

/**
 * The bodies of one prediction or training, in order: https://replicate.com/docs/topics/predictions/lifecycle
 *
 * `now` is called when it is created, when it starts to run, and when it ends.
 */
export function* stepsOf(run: Run, now = () => new Date()): Generator<Step> {
  const createdAt = now()
  const body = (status: string, fields: object = {}): PredictionBody => ({
    ...bodyOf(run, createdAt),
    status,
    ...fields,
  })
  yield { event: 'start', body: body('starting') }

  const started_at = run.ending === 'aborted' ? null : nanoseconds(now())
  const running = (fields: object) => body('processing', { started_at, ...fields })
  if (started_at) {
    yield { event: 'logs', body: running({ logs: 'Using seed: 1\n' }) }
    for (const output of partsOf(run.output)) {
      yield { event: 'output', body: running({ logs: 'Using seed: 1\n50%\n', output }) }
    }
  }
  yield {
    event: 'completed',
    body: body(run.ending, {
      logs: started_at ? 'Using seed: 1\n50%\n100%\n' : '',
      output: run.ending === 'succeeded' ? run.output : null,
      error: run.ending === 'failed' ? ERROR : null,
      started_at,
      completed_at: nanoseconds(now()),
      metrics: { predict_time: 1.25, total_time: 1.5 },
    }),
  }
}

/** As the API shows it an hour after its end, when input, output and logs are deleted: https://replicate.com/docs/topics/predictions/data-retention */
export const withoutData = (body: PredictionBody): PredictionBody => ({
  ...body,
  input: {},
  output: null,
  logs: '',
  data_removed: true,
})

const partsOf = (output: unknown): unknown[] =>
  Array.isArray(output) && output.length > 1 ? [output.slice(0, Math.ceil(output.length / 2))] : []

function bodyOf({ id, kind, webhook }: Run, createdAt: Date): PredictionBody {
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
