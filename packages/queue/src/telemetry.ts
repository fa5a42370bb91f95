import type { Telemetry } from 'bullmq'

type Tracer = Telemetry['tracer']
type Span = ReturnType<Tracer['startSpan']>

/**
 * What makes a job carry the trace of whoever added it, and go on with it where it is processed. To be loaded only
 * where traces are sent: it makes each job some eighty bytes longer.
 */
export async function loadTelemetry(): Promise<Telemetry> {
  const [{ BullMQOtel }, { SpanKind }] = await Promise.all([import('bullmq-otel'), import('bullmq')])
  const { tracer, contextManager } = new BullMQOtel({ tracerName: 'sluice' })

  const startSpan: Tracer['startSpan'] = (name, options, context) =>
    options?.kind === SpanKind.CONSUMER ? withoutTexts(tracer.startSpan(name, options, context)) : NO_SPAN

  return { tracer: { startSpan }, contextManager }
}

const nothing = () => {}

/**
 * For what a worker does for itself: polling and keeping locks would be a trace of its own every few seconds. And for
 * adding, which jobs of many traces share: whoever adds one has a span for it.
 */
const NO_SPAN: Span = {
  setSpanOnContext: (context) => context,
  setAttribute: nothing,
  setAttributes: nothing,
  addEvent: nothing,
  recordException: nothing,
  end: nothing,
}

/** Results and errors of jobs may quote what was sent to us. What became of a job is told by spans of our own. */
const withoutTexts = (span: Span): Span => Object.assign(span, { addEvent: nothing, recordException: nothing })
