import http from 'node:http'
import net, { type Socket } from 'node:net'
import type { Ingest } from './context.ts'
import { routes } from './routes.ts'

/** Time limit for receiving a request, head and body. */
const REQUEST_TIMEOUT_MS = 10_000
const CHECK_INTERVAL_MS = 1000
/** While the server stops, a connection that is idle for this long is closed. */
const IDLE_MS = 1000
/**
 * Longer than the 60 s of most proxies, so that a proxy does not send a request on a connection that is being closed.
 */
const KEEP_ALIVE_MS = 65_000
/** Further connections are dropped. */
const MAX_CONNECTIONS = 4096

export interface IngestServer {
  http: http.Server
  /**
   * Stops accepting connections and resolves when all are closed. Each is closed after its next answer, after a second
   * without a request, or after `graceMs`.
   */
  stop(graceMs: number): Promise<void>
}

export function createServer(ingest: Ingest): IngestServer {
  const route = routes(ingest)
  const unanswered = new Set<http.ServerResponse>()
  let draining = false

  function handle(request: http.IncomingMessage, response: http.ServerResponse) {
    unanswered.add(response)
    response.once('close', () => unanswered.delete(response))
    if (draining) closeAfter(response)
    route(request, response)
  }

  const server = http.createServer(
    {
      requestTimeout: REQUEST_TIMEOUT_MS,
      headersTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: CHECK_INTERVAL_MS,
    },
    handle,
  )
  server.maxConnections = MAX_CONNECTIONS
  server.on('checkExpectation', handle)
  server.on('clientError', answerMalformed)

  return {
    http: server,
    async stop(graceMs) {
      draining = true
      for (const response of unanswered) closeAfter(response)
      const timers = [
        setTimeout(() => server.closeIdleConnections(), Math.min(IDLE_MS, graceMs)),
        setTimeout(() => server.closeAllConnections(), graceMs),
      ]
      // `http.Server.close` would also close idle connections at once, even if a request is arriving.
      await new Promise((resolve) => net.Server.prototype.close.call(server, resolve))
      for (const timer of timers) clearTimeout(timer)
    },
  }
}

function closeAfter(response: http.ServerResponse): void {
  if (!response.headersSent) response.setHeader('Connection', 'close')
}

const INCOMPLETE = new Set<string | undefined>(['ERR_HTTP_REQUEST_TIMEOUT', 'HPE_INVALID_EOF_STATE'])

/** Answers malformed or incomplete HTTP in JSON, if the connection is still writable. */
function answerMalformed(error: Error & { code?: string }, socket: Socket): void {
  if (!socket.writable) return void socket.destroy()
  const [status, body] = INCOMPLETE.has(error.code)
    ? ['408 Request Timeout', '{"error":"request_timeout"}']
    : ['400 Bad Request', '{"error":"invalid_payload"}']
  const head = `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close`
  socket.end(`${head}\r\n\r\n${body}`, () => socket.destroy())
}
