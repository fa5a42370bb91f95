import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { text } from 'node:stream/consumers'
import { listening } from '../listening.ts'
import { makeCertificate } from '../replicate/certificate.ts'

/** A message as it was posted. */
export interface HostRequest {
  id: string
  headers: Record<string, string>
  /** The exact body. */
  body: string
  type: string
  data: Record<string, unknown> & { version: number }
  /** When it arrived, in milliseconds since 1970. */
  at: number
  /** Whether it was answered with 2xx. */
  isAcknowledged: boolean
}

/** How the host application answers a message. */
export type HostBehavior =
  | { status: number; headers?: Record<string, string>; body?: string; delayMs?: number }
  /** Takes the message and never answers. */
  | 'hangs'
  /** Answers 200 with a body that never ends. */
  | 'endless'
  /** Takes the message and closes the connection. */
  | 'resets'

export interface TestHost {
  url: string
  /** Every message that arrived, in order, also those that were refused. */
  requests: HostRequest[]
  /** How often each message was acknowledged, by id. */
  acknowledged: Map<string, number>
  /** Requests that were under way at the same time, at most. */
  mostAtOnce(): number
  /** Requests for other paths: a redirect was followed. */
  elsewhere: string[]
  /** Default: 204. */
  behave(behavior: (request: HostRequest) => HostBehavior): void
  stop(): Promise<void>
  start(): Promise<void>
}

const PATH = '/sluice'

/** A host application on a free port; stopped afterwards. @param tls with a certificate that nobody trusts */
export async function withHost<T>(use: (host: TestHost) => Promise<T>, { tls = false } = {}): Promise<T> {
  const requests: HostRequest[] = []
  const acknowledged = new Map<string, number>()
  const elsewhere: string[] = []
  let behavior: (request: HostRequest) => HostBehavior = () => ({ status: 204 })
  let [atOnce, mostAtOnce] = [0, 0]

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url !== PATH) elsewhere.push(request.url ?? '')
    atOnce += 1
    mostAtOnce = Math.max(mostAtOnce, atOnce)
    response.once('close', () => {
      atOnce -= 1
    })
    const received = requestOf(request, await text(request))
    requests.push(received)
    await answer(response, behavior(received), () => {
      received.isAcknowledged = true
      acknowledged.set(received.id, (acknowledged.get(received.id) ?? 0) + 1)
    })
  }

  const handle = (request: IncomingMessage, response: ServerResponse) => void take(request, response).catch(() => {})
  const certificate = tls ? await makeCertificate() : undefined
  const server = await listening(() => (certificate ? createTlsServer(certificate, handle) : createServer(handle)))
  try {
    return await use({
      url: `${tls ? 'https' : 'http'}://127.0.0.1:${server.port}${PATH}`,
      requests,
      acknowledged,
      elsewhere,
      mostAtOnce: () => mostAtOnce,
      behave: (next) => {
        behavior = next
      },
      stop: server.stop,
      start: server.start,
    })
  } finally {
    await server.stop()
  }
}

function requestOf({ headers }: IncomingMessage, body: string): HostRequest {
  const { type, data } = JSON.parse(body)
  const names = Object.entries(headers).map(([name, value]) => [name, String(value)])
  return {
    id: String(headers['webhook-id']),
    headers: Object.fromEntries(names),
    body,
    type,
    data,
    at: Date.now(),
    isAcknowledged: false,
  }
}

async function answer(response: ServerResponse, behavior: HostBehavior, acknowledge: () => void): Promise<void> {
  if (behavior === 'hangs') return
  if (behavior === 'resets') return void response.destroy()
  if (behavior === 'endless') {
    acknowledge()
    response.writeHead(200)
    const chunk = 'x'.repeat(65_536)
    const write = () => {
      while (!response.destroyed && response.write(chunk));
    }
    response.on('drain', write)
    return write()
  }
  const { status, headers = {}, body = '', delayMs = 0 } = behavior
  if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs))
  if (status >= 200 && status < 300 && !response.destroyed) acknowledge()
  response.writeHead(status, headers).end(body)
}
