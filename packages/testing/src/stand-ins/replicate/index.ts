import { randomBytes } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import {
  createServer as createHttp,
  type Server as HttpServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import { createServer as createHttps } from 'node:https'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { type Ending, type PredictionBody, type Run, stepsOf, withoutData } from '@sluice/simulator'
import { type ApiRequest, createApi } from './api.ts'
import { makeCertificate } from './certificate.ts'
import { createFiles, type FileOptions, type FileRequest, type ServedFile } from './files.ts'
import { createWebhooks, type WebhookCounts, type WebhookOptions } from './webhooks.ts'

export type { PredictionBody, WebhookEvent } from '@sluice/simulator'
export type { ApiRequest as ReplicateApiRequest } from './api.ts'
export type { FileOptions, FileRequest, ServedFile } from './files.ts'
export type { WebhookCounts } from './webhooks.ts'

/** The only token that the stand-in accepts. */
const TOKEN = 'r8_the_token_of_the_stand_in'
const SECRET = `whsec_${Buffer.from('the stand-in signs with this key').toString('base64')}`
/** A public address, which is never connected to: `connectTo` leads to the stand-in. */
const PUBLIC_ADDRESS = '34.120.0.1'

export interface ReplicateOptions extends Partial<WebhookOptions> {
  /** How long outputs exist after the end: Replicate's hour in the time of the test. */
  hourMs?: number
  /** Between two steps of a prediction. */
  stepMs?: number
  /** The time of predictions. Default: now. */
  now?: () => Date
}

export interface RunOptions {
  /** Default: random. */
  id?: string
  kind?: Run['kind']
  /** The URL of its webhooks. Default: none are sent. */
  webhook?: string
  ending?: Ending
  /** The number of files, or the files, which the output lists. */
  files?: number | FileOptions[]
  /** An output of any JSON, instead of files. */
  output?: unknown
}

export interface StartedRun {
  id: string
  files: ServedFile[]
  /** Resolves when it has ended and its last webhook is delivered or given up. */
  over: Promise<void>
}

export interface TestReplicate {
  /** Environment of an app that uses it. */
  env: { REPLICATE_API_TOKEN: string; REPLICATE_API_BASE: string; REPLICATE_WEBHOOK_SECRET: string }
  /** Options of a downloader that reaches it under Replicate's names. */
  network: {
    ca: string
    lookup: (hostname: string) => Promise<{ address: string }[]>
    connectTo: (address: string) => { host: string; port: number }
  }
  run(options?: RunOptions): StartedRun
  /** Serves a file that belongs to no prediction and does not expire. */
  addFile(options?: FileOptions): ServedFile
  /** The prediction as the API shows it now. */
  predictionOf(id: string): PredictionBody | undefined
  /** Every call of the API so far. */
  apiRequests: ApiRequest[]
  /** The next `times` calls of the API are answered with `status`. */
  failApi(status: number, times: number): void
  /** Every request for a file so far. */
  fileRequests: FileRequest[]
  webhookCounts: WebhookCounts
}

interface State extends Run {
  body: PredictionBody
  endedAt: number
}

/** Replicate: runs predictions, sends webhooks, serves files for an hour, and has an API. Stopped afterwards. */
export async function withReplicate<T>(
  use: (replicate: TestReplicate) => Promise<T>,
  { hourMs = 36_000, stepMs = 0, now, minuteMs = 600, secret = SECRET, ...webhookOptions }: ReplicateOptions = {},
): Promise<T> {
  const stopped = new AbortController()
  const { signal } = stopped
  setMaxListeners(0, signal) // every wait and every request of the stand-in ends with it
  const states = new Map<string, State>()
  const running = new Set<Promise<void>>()
  const files = createFiles(TOKEN, signal)
  const webhooks = createWebhooks({ secret, minuteMs, ...webhookOptions }, signal)

  const shown = ({ body, endedAt }: State): PredictionBody => (Date.now() < endedAt + hourMs ? body : withoutData(body))
  const find = (id: string): PredictionBody | undefined => {
    const state = states.get(id)
    return state && shown(state)
  }
  const api = createApi({ find, list: () => [...states.values()].map(shown), cancel }, TOKEN)

  /** A prediction that has ended stays as it is. */
  function cancel(id: string): void {
    const state = states.get(id)
    if (state?.body.completed_at === null) state.ending = 'canceled'
  }

  function run({
    id = newId(),
    kind = 'prediction',
    webhook,
    ending = 'succeeded',
    ...what
  }: RunOptions = {}): StartedRun {
    const wanted = typeof what.files === 'number' ? Array.from({ length: what.files }, () => ({})) : (what.files ?? [])
    const served = wanted.map(files.add)
    const output = what.output === undefined ? served.map(({ url }) => url) : what.output
    const over = runToEnd(
      { id, kind, output, ending, webhook: webhook ?? null },
      served.map(({ url }) => url),
    )
    running.add(over)
    return { id, files: served, over }
  }

  async function runToEnd(run: Run, urls: string[]): Promise<void> {
    const sent: Promise<void>[] = []
    let state: State | undefined
    for (const { event, body } of stepsOf(run, now)) {
      state = Object.assign(state ?? run, { body, endedAt: Number.POSITIVE_INFINITY })
      states.set(run.id, state)
      if (event === 'completed') {
        state.endedAt = Date.now()
        files.expireAt(urls, state.endedAt + hourMs)
      }
      if (run.webhook) sent.push(webhooks.send(run.webhook, { event, body }))
      await pause(stepMs, undefined, { signal }).catch(() => {})
      if (signal.aborted) break
    }
    await Promise.all(sent)
  }

  const answer = (request: IncomingMessage, response: ServerResponse) =>
    request.url?.startsWith('/v1/') ? api.serve(request, response) : void files.serve(request, response)
  const certificate = await makeCertificate()
  const plain = createHttp(answer)
  const secure = createHttps(certificate, answer)
  const apiPort = await listen(plain)
  const filesPort = await listen(secure)
  try {
    return await use({
      env: {
        REPLICATE_API_TOKEN: TOKEN,
        REPLICATE_API_BASE: `http://127.0.0.1:${apiPort}`,
        REPLICATE_WEBHOOK_SECRET: secret,
      },
      network: {
        ca: certificate.cert,
        lookup: async () => [{ address: PUBLIC_ADDRESS }],
        connectTo: () => ({ host: '127.0.0.1', port: filesPort }),
      },
      run,
      addFile: files.add,
      predictionOf: find,
      apiRequests: api.requests,
      failApi: api.fail,
      fileRequests: files.requests,
      webhookCounts: webhooks.counts,
    })
  } finally {
    stopped.abort()
    await Promise.all(running)
    await Promise.all([plain, secure].map(close))
  }
}

/** Twenty-six letters and digits, as Replicate's ids have. */
const newId = (): string => randomBytes(13).toString('hex')

function listen(server: HttpServer): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}

async function close(server: HttpServer): Promise<void> {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}
