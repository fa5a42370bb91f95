import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

export interface Reply {
  status: number
  /** An object is sent as JSON, a text as a page. */
  body?: object | string
  location?: string
}

export interface Asked {
  method: string
  path: string
  query: URLSearchParams
  body: string
}

export interface StandIn {
  url: string
  stop(): Promise<void>
}

/** Serves on a free port of this machine. */
export async function serve(answer: (asked: Asked) => Reply | Promise<Reply>): Promise<StandIn> {
  const server = createServer((request, response) => {
    void askedOf(request)
      .then(answer)
      .catch((error: Error): Reply => ({ status: 500, body: { error: { message: error.message } } }))
      .then((reply) => send(response, reply))
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

async function askedOf(request: IncomingMessage): Promise<Asked> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
  return { method: request.method ?? 'GET', path: pathname, query: searchParams, body: await text(request) }
}

function send(response: ServerResponse, { status, body = '', location }: Reply): void {
  const isPage = typeof body === 'string'
  response
    .writeHead(status, {
      'content-type': isPage ? 'text/html; charset=utf-8' : 'application/json',
      ...(location && { location }),
    })
    .end(isPage ? body : JSON.stringify(body))
}
