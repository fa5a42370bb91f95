import http from 'node:http'
import net, { type Socket } from 'node:net'
import { createBodyBudget } from './body-budget.ts'
import { connectionCaps, limitConnections } from './connections.ts'
import type { Ingest } from './context.ts'
import { opsRoutes, webhookRoutes } from './routes.ts'

/** Time limit for receiving a request, head and body. */
const REQUEST_TIMEOUT_MS = 10_000
const CHECK_INTERVAL_MS = 1000
/** A connection whose client does not read an answer for so long, or twice as long, is closed. */
const STUCK_MS = 30_000
/** While the server stops, a connection that is idle for this long is closed. */
const IDLE_MS = 1000
/**
 * Longer than the 60 s of most proxies, so that a proxy does not send a request on a connection that is being closed.
 */
const KEEP_ALIVE_MS = 65_000
/** Enough for probes and collectors of metrics. */
const OPS_CONNECTIONS = { total: 64, perClient: null }
/**
 * Providers and proxies wait for an answer before they send the next request on a connection. Each unanswered request
 * takes kilobytes.
 */
const MAX_UNANSWERED = 16

const OPTIONS: http.ServerOptions = {
  requestTimeout: REQUEST_TIMEOUT_MS,
  headersTimeout: REQUEST_TIMEOUT_MS,
  keepAliveTimeout: KEEP_ALIVE_MS,
  connectionsCheckingInterval: CHECK_INTERVAL_MS,
}

export interface IngestServer {
  http: http.Server
  /** Health and metrics, if they have a port of their own. */
  ops: http.Server | undefined
  /**
   * Stops accepting connections and resolves when all are closed. Each is closed after its next answer, after a second
   * without a request, or after `graceMs`.
   */
  stop(graceMs: number): Promise<void>
}

export function createServer(ingest: Ingest): IngestServer {
  const server = http.createServer(OPTIONS)
  const connections = limitConnections(server, connectionCaps(ingest.settings.trustProxy))
  const parts = { ...ingest, connections, budget: createBodyBudget() }
  const ops = ingest.settings.hasOpsPort ? opsServer(opsRoutes(parts)) : undefined
  const webhooks = serve(server, webhookRoutes(parts))

  return {
    http: server,
    ops,
    async stop(graceMs) {
      webhooks.closeAfterAnswers()
      const timers = [
        setTimeout(() => server.closeIdleConnections(), Math.min(IDLE_MS, graceMs)),
        setTimeout(() => server.closeAllConnections(), graceMs),
      ]
      // `http.Server.close` would also close idle connections at once, even if a request is arriving.
      await new Promise((resolve) => net.Server.prototype.close.call(server, resolve))
      for (const timer of timers) clearTimeout(timer)
      ops?.close().closeAllConnections()
    },
  }
}

function opsServer(route: http.RequestListener): http.Server {
  const server = http.createServer(OPTIONS)
  limitConnections(server, OPS_CONNECTIONS)
  serve(server, route)
  return server
}

type Responses = Set<http.ServerResponse>

/** Answers the server's requests with `route`. */
function serve(server: http.Server, route: http.RequestListener): { closeAfterAnswers(): void } {
  const unanswered = new Map<Socket, Responses>()
  let draining = false

  function accept(socket: Socket) {
    unanswered.set(socket, new Set())
    socket.once('close', () => unanswered.delete(socket))
  }

  function handle(request: http.IncomingMessage, response: http.ServerResponse) {
    const responses = unanswered.get(request.socket)
    if (!responses || request.socket.destroyed) return // one of many requests in the same piece of bytes
    responses.add(response)
    response.once('close', () => responses.delete(response))
    if (responses.size > MAX_UNANSWERED) return dropRequests(request.socket)
    if (draining) closeAfter(response)
    route(request, response)
  }

  server.on('connection', accept).on('request', handle)
  server.on('checkExpectation', handle).on('clientError', answerMalformed)
  closeStuck(server, unanswered)

  return {
    closeAfterAnswers() {
      draining = true
      for (const responses of unanswered.values()) for (const response of responses) closeAfter(response)
    },
  }
}

/**
 * Closes connections with an answer that was not read between two checks. Cheaper than a time limit of each connection,
 * which Node would renew in every request.
 */
function closeStuck(server: http.Server, unanswered: ReadonlyMap<Socket, Responses>): void {
  let seen = new WeakSet<http.ServerResponse>()
  const timer = setInterval(() => {
    const last = seen
    seen = new WeakSet()
    for (const [socket, responses] of unanswered) {
      for (const response of responses) seen.add(response)
      if ([...responses].some((response) => last.has(response))) socket.destroy()
    }
  }, STUCK_MS)
  timer.unref()
  server.once('close', () => clearInterval(timer))
}

/** To an HTTP parser: the rest of the bytes is not HTTP. */
const NO_MORE_REQUESTS = 2

/**
 * Closes the connection. Its parser, which Node does not document, would otherwise still make objects of all requests
 * that have arrived, over a thousand in each 64 KB.
 */
function dropRequests(socket: Socket & { parser?: { onIncoming?: unknown } | null }): void {
  if (socket.parser?.onIncoming) socket.parser.onIncoming = () => NO_MORE_REQUESTS
  socket.destroy()
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
