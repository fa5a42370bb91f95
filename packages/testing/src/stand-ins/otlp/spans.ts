/** The fields of a request that tests read (https://github.com/open-telemetry/opentelemetry-proto, `trace_service.proto`). */
export interface ExportRequest {
  resourceSpans: { resource: { attributes: Attribute[] }; scopeSpans: { spans: Span[] }[] }[]
}

interface Attribute {
  key: string
  value: Record<string, unknown>
}

interface Span {
  traceId: string
  spanId: string
  parentSpanId?: string
  name: string
  kind: number
  attributes: Attribute[]
  status: { code: number }
}

export interface ReceivedSpan {
  service: unknown
  traceId: string
  spanId: string
  /** Undefined for the root of a trace. */
  parentSpanId: string | undefined
  name: string
  kind: 'internal' | 'server' | 'client' | 'producer' | 'consumer'
  isFailed: boolean
  attributes: Record<string, unknown>
}

const KINDS = ['internal', 'internal', 'server', 'client', 'producer', 'consumer'] as const
const ERROR = 2

export const spansIn = ({ resourceSpans }: ExportRequest): ReceivedSpan[] =>
  resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = recordOf(resource.attributes)['service.name']
    return scopeSpans.flatMap(({ spans }) => spans.map((span) => ({ service, ...received(span) })))
  })

const received = ({ traceId, spanId, parentSpanId, name, kind, attributes, status }: Span) => ({
  traceId,
  spanId,
  parentSpanId: parentSpanId || undefined,
  name,
  kind: KINDS[kind] ?? 'internal',
  isFailed: status.code === ERROR,
  attributes: recordOf(attributes),
})

/** Each value is in an object that names its type: `{ "stringValue": "…" }`. */
const recordOf = (attributes: Attribute[]): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]))
