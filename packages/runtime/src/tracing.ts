import { type Span, SpanKind, type SpanOptions, SpanStatusCode, trace } from '@opentelemetry/api'
import { type Logger, type LogKeys, reasonOf } from './logger.ts'
import type { Tracing } from './tracing-sdk.ts'

export type { Tracing } from './tracing-sdk.ts'

let isSending = false
const tracer = trace.getTracer('sluice')

/**
 * Starts sending spans to `endpoint` by OTLP over HTTP. Without an endpoint the SDK is not loaded, and spans cost
 * almost nothing.
 */
export async function startTracing(
  app: string,
  endpoint: string | undefined,
  logger: Logger,
): Promise<Tracing | undefined> {
  if (endpoint === undefined) return undefined
  isSending = true
  const { sendSpans } = await import('./tracing-sdk.ts')
  return sendSpans(`sluice-${app}`, logger)
}

/** Runs `work` in a child span. The span contains only the code of an error. */
export const inSpan = <T>(name: string, keys: LogKeys, work: () => Promise<T>): Promise<T> =>
  during(name, {}, keys, work)

/** Runs `work` in a new trace. Ignores a trace id in the request, because it comes from outside. */
export const inNewTrace = <T>(name: string, keys: LogKeys, work: () => Promise<T>): Promise<T> =>
  during(name, { kind: SpanKind.SERVER, root: true }, keys, work)

/** The id of the active trace, while traces are sent. */
export const traceId = (): string | undefined => (isSending ? trace.getActiveSpan()?.spanContext().traceId : undefined)

/** Adds attributes to the active span. */
export function annotate(keys: LogKeys): void {
  if (isSending) trace.getActiveSpan()?.setAttributes(attributesOf(keys))
}

/** Marks the active span as failed. @param reason a code, never the text of an error. */
export const annotateFailure = (reason: string): void => failed(trace.getActiveSpan(), reason)

function failed(span: Span | undefined, reason: string): void {
  span?.setStatus({ code: SpanStatusCode.ERROR }).setAttributes(attributesOf({ reason }))
}

function during<T>(name: string, options: SpanOptions, keys: LogKeys, work: () => Promise<T>): Promise<T> {
  if (!isSending) return work()
  return tracer.startActiveSpan(name, { ...options, attributes: attributesOf(keys) }, async (span) => {
    try {
      return await work()
    } catch (error) {
      failed(span, reasonOf(error))
      throw error
    } finally {
      span.end()
    }
  })
}

/** Span attributes follow the rules of `LogKeys`. */
const attributesOf = (keys: LogKeys) =>
  Object.fromEntries(Object.entries(keys).map(([key, value]) => [`sluice.${key}`, value]))
