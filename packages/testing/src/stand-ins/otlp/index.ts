import { createServer, type IncomingMessage } from 'node:http'
import { json } from 'node:stream/consumers'
import { listening } from '../listening.ts'
import { type ExportRequest, type ReceivedSpan, spansIn } from './spans.ts'

export type { ReceivedSpan } from './spans.ts'

export interface TestOtlp {
  /** For `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  url: string
  /** Every received span, in order of arrival. */
  spans: ReceivedSpan[]
  /** Refuses connections, until `start`. */
  stop(): Promise<void>
  start(): Promise<void>
}

/** Receives traces by OTLP over HTTP, in JSON, on a free port; stopped afterwards. */
export async function withOtlp<T>(use: (otlp: TestOtlp) => Promise<T>): Promise<T> {
  const spans: ReceivedSpan[] = []

  async function take(request: IncomingMessage): Promise<number> {
    if (request.url !== '/v1/traces' || request.headers['content-type'] !== 'application/json') return 404
    spans.push(...spansIn((await json(request)) as ExportRequest))
    return 200
  }

  const server = await listening(() =>
    createServer((request, response) => {
      take(request).then(
        (status) => response.writeHead(status, { 'content-type': 'application/json' }).end('{}'),
        () => response.destroy(),
      )
    }),
  )
  try {
    return await use({ url: `http://127.0.0.1:${server.port}`, spans, stop: server.stop, start: server.start })
  } finally {
    await server.stop()
  }
}
