import type { Telemetry } from 'bullmq'

type Tracer = Telemetry['tracer']
type Span = ReturnType<Tracer['startSpan']>

/**
 * Carries the trace of the producer in each job and continues it in the worker. Loaded only while traces are sent,
 * because it adds about eighty bytes to each job.
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
 * Drops spans of polling and lock renewal, which would start a trace every few seconds, and spans of adding jobs, which
 * belong to several traces. The producer has its own span.
 */
const NO_SPAN: Span = {
  setSpanOnContext: (context) => context,
  setAttribute: nothing,
  setAttributes: nothing,
  addEvent: nothing,
  recordException: nothing,
  end: nothing,
}

/** Drops results and errors of jobs, because they may quote request bodies. Our own spans contain the outcome. */
const withoutTexts = (span: Span): Span => Object.assign(span, { addEvent: nothing, recordException: nothing })
