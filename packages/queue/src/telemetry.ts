import type { Telemetry } from 'bullmq'

type Tracer = Telemetry['tracer']
type Span = ReturnType<Tracer['startSpan']>

/**
 * Carries the trace of the producer in each job and continues it in the worker. Loaded only while traces are sent: each
 * job grows by some eighty bytes.
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
 * Drops spans of polling and of lock renewal, which would start a trace every few seconds, and of adding, which jobs of
 * many traces share: the producer has a span of its own.
 */
const NO_SPAN: Span = {
  setSpanOnContext: (context) => context,
  setAttribute: nothing,
  setAttributes: nothing,
  addEvent: nothing,
  recordException: nothing,
  end: nothing,
}

/** Results and errors of jobs may quote request bodies, so they are dropped. Our own spans carry the outcome. */
const withoutTexts = (span: Span): Span => Object.assign(span, { addEvent: nothing, recordException: nothing })
