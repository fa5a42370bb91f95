import { type Span, SpanKind, type SpanOptions, SpanStatusCode, trace } from '@opentelemetry/api'
import { type Logger, type LogKeys, reasonOf } from './logger.ts'
import type { Tracing } from './tracing-sdk.ts'

export type { Tracing } from './tracing-sdk.ts'

let isSending = false
const tracer = trace.getTracer('sluice')

/**
 * From here on spans are sent by OTLP over HTTP to `endpoint`. Without one the SDK is not even loaded, and spans go
 * nowhere and cost next to nothing.
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

/** Does `work` in a span below the active one. Of what it throws the span tells the coded reason alone. */
export const inSpan = <T>(name: string, keys: LogKeys, work: () => Promise<T>): Promise<T> =>
  during(name, {}, keys, work)

/** The same for what somebody outside asked for: a new trace, whichever one the request says that it belongs to. */
export const inNewTrace = <T>(name: string, keys: LogKeys, work: () => Promise<T>): Promise<T> =>
  during(name, { kind: SpanKind.SERVER, root: true }, keys, work)

/** Says more of what the active span does. */
export function annotate(keys: LogKeys): void {
  if (isSending) trace.getActiveSpan()?.setAttributes(attributesOf(keys))
}

/** The active span is shown as failed. @param reason a code, never the text of an error. */
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

/** A span may say what a line of the log may say, in the same words. */
const attributesOf = (keys: LogKeys) =>
  Object.fromEntries(Object.entries(keys).map(([key, value]) => [`sluice.${key}`, value]))
