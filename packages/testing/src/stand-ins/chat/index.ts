import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { json } from 'node:stream/consumers'
import { listening } from '../listening.ts'

/** A message as it was posted. */
export interface ChatMessage {
  /** Of the incoming webhook. */
  path: string
  query: string
  contentType: string | undefined
  body: unknown
}

/** A failure of the chat service. */
export type ChatFailure =
  /** Answers every request like this. */
  | { status: number; retryAfter?: string; body?: string }
  /** Takes every request and never answers. */
  | 'hangs'

export interface TestChat {
  /** Of an incoming webhook. Its path is the secret. */
  url: URL
  /** Every request that arrived, in order, also those that failed. */
  requests: ChatMessage[]
  failWith(failure: ChatFailure): void
  recover(): void
  stop(): Promise<void>
  start(): Promise<void>
}

/** A chat service like Slack, Discord or Teams on a free port; stopped afterwards. */
export async function withChat<T>(use: (chat: TestChat) => Promise<T>): Promise<T> {
  const requests: ChatMessage[] = []
  let failure: ChatFailure | undefined

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://chat')
    const contentType = request.headers['content-type']
    requests.push({ path: pathname, query: searchParams.toString(), contentType, body: await json(request) })
    if (failure === 'hangs') return
    const { status, retryAfter, body = 'ok' } = failure ?? { status: 200 }
    response.writeHead(status, retryAfter === undefined ? {} : { 'retry-after': retryAfter }).end(body)
  }

  const server = await listening(() => createServer((request, response) => void answer(request, response)))
  try {
    return await use({
      url: new URL(`http://127.0.0.1:${server.port}/services/T00/B00/secret`),
      requests,
      failWith: (next) => {
        failure = next
      },
      recover: () => {
        failure = undefined
      },
      stop: server.stop,
      start: server.start,
    })
  } finally {
    await server.stop()
  }
}
