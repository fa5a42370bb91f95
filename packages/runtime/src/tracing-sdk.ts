import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources'
import { BatchSpanProcessor, NodeTracerProvider, type SpanExporter } from '@opentelemetry/sdk-trace-node'
import { type Logger, reasonOf, throttledLogger } from './logger.ts'

export interface Tracing {
  /** Sends buffered spans. Never rejects, but may wait as long as the collector takes. */
  stop(): Promise<void>
}

/**
 * Registers the SDK for all spans of this process. It reads OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_HEADERS,
 * OTEL_TRACES_SAMPLER, OTEL_SERVICE_NAME and similar variables
 * (https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/).
 */
export function sendSpans(service: string, logger: Logger): Tracing {
  const resource = defaultResource()
    .merge(resourceFromAttributes({ 'service.name': service }))
    .merge(detectResources({ detectors: [envDetector] }))
  const spanProcessors = [new BatchSpanProcessor(reporting(new OTLPTraceExporter(), logger))]
  const provider = new NodeTracerProvider({ resource, spanProcessors })
  provider.register()
  return { stop: () => provider.shutdown().catch(() => {}) } // failed exports were reported
}

/** Logs the code of an export error, because the SDK would log its text. */
function reporting(exporter: SpanExporter, logger: Logger): SpanExporter {
  const throttledLog = throttledLogger(logger)
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        if (result.error)
          throttledLog.warn('Could not send traces', { reason: reasonOf(result.error), count: spans.length })
        done(result)
      }),
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
    shutdown: () => exporter.shutdown(),
  }
}
