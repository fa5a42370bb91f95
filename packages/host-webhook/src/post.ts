import { Agent, type IncomingMessage, request as requestHttp } from 'node:http'
import { Agent as AgentTls, request as requestHttps } from 'node:https'
import { Webhook } from 'standardwebhooks'

/** A message to the host. */
export interface HostPost {
  /** The same each time that it is sent: the host knows a repeated message by it. */
  id: string
  /** JSON. */
  body: string
}

/** How the host answered. */
export interface Answer {
  /** Whether the status is 2xx. */
  isAcknowledged: boolean
  /** Null if there was no answer. */
  status: number | null
  /** `http_500`, `timeout`, an errno such as `ECONNREFUSED`, or a code of TLS. Quotes nothing that the host sent. */
  code: string
  /** The header Retry-After of an answer that is no acknowledgement; undefined if there is none. */
  retryAfter?: string | undefined
  /** The beginning of the body, for people. */
  text: string
  /** From the start of the request to the end of the answer, in milliseconds. */
  ms: number
}

export interface PosterOptions {
  /** Of a request, from its start to the headers of the answer. */
  timeoutMs: number
  /** Greatest number of connections. */
  connections: number
}

/** Posts messages to one URL over connections that it keeps. */
export interface Poster {
  /** Never rejects. Follows no redirect, and reads no more than the beginning of an answer. */
  post(message: HostPost, secrets: readonly string[]): Promise<Answer>
  close(): void
}

/** Of an answer that is longer, or takes longer, the connection is closed. */
const BODY_BYTES_MAX = 65_536
const BODY_MS_MAX = 1_000

/** Characters of an answer that people see. */
const TEXT_MAX = 500

/** @throws TypeError for a secret that is no base64. */
export function createPoster(url: URL, { timeoutMs, connections }: PosterOptions): Poster {
  const isTls = url.protocol === 'https:'
  const agent = new (isTls ? AgentTls : Agent)({ keepAlive: true, maxSockets: connections })
  const request = isTls ? requestHttps : requestHttp

  function once(body: string, headers: Record<string, string>): Promise<Outcome> {
    return new Promise((resolve) => {
      const sent = request(url, { method: 'POST', agent, headers }, (response) => {
        clearTimeout(timer)
        void readBeginning(response).then((text) => resolve({ response, text }))
      })
      const timer = setTimeout(() => sent.destroy(Object.assign(new Error('timeout'), { code: 'timeout' })), timeoutMs)
      sent.on('error', (error) => {
        clearTimeout(timer)
        resolve({ code: codeOf(error), mayBeOldConnection: sent.reusedSocket && isClosed(error) })
      })
      sent.end(body)
    })
  }

  return {
    async post({ id, body }, secrets) {
      const startedAt = performance.now()
      const headers = {
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(body)),
        'user-agent': 'Sluice',
        ...signed(id, body, secrets),
      }
      let outcome = await once(body, headers)
      // The host may close a connection that it keeps at any time: https://nodejs.org/api/http.html#requestreusedsocket
      if ('code' in outcome && outcome.mayBeOldConnection) outcome = await once(body, headers)
      return answerOf(outcome, performance.now() - startedAt)
    },
    close: () => agent.destroy(),
  }
}

type Outcome = { response: IncomingMessage; text: string } | { code: string; mayBeOldConnection: boolean }

/** https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
function signed(id: string, body: string, secrets: readonly string[]): Record<string, string> {
  const at = new Date()
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, at, body)).join(' '),
  }
}

function answerOf(outcome: Outcome, ms: number): Answer {
  if ('code' in outcome) return { isAcknowledged: false, status: null, code: outcome.code, text: '', ms }
  const { response, text } = outcome
  const status = response.statusCode ?? 0
  const isAcknowledged = status >= 200 && status < 300
  const retryAfter = isAcknowledged ? undefined : response.headers['retry-after']
  return { isAcknowledged, status, code: `http_${status}`, retryAfter, text, ms }
}

/** Reads the whole answer if it is short, so that its connection can be used again. */
function readBeginning(response: IncomingMessage): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let bytes = 0
    const end = () => {
      clearTimeout(timer)
      resolve(Buffer.concat(chunks).toString('utf8').slice(0, TEXT_MAX))
    }
    const timer = setTimeout(() => response.destroy(), BODY_MS_MAX)
    response.on('data', (chunk: Buffer) => {
      if (bytes < TEXT_MAX * 4) chunks.push(chunk)
      bytes += chunk.length
      if (bytes > BODY_BYTES_MAX) response.destroy()
    })
    response.on('error', () => {}) // what was read is enough
    response.on('close', end)
  })
}

/** Keeps only a code: the text of an error may contain the URL, and with it a password. */
function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' && /^[A-Za-z0-9_]{1,64}$/.test(code) ? code : 'request_failed'
}

const isClosed = (error: unknown): boolean => ['ECONNRESET', 'EPIPE'].includes(codeOf(error))
