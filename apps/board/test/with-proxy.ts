import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, request as send } from 'node:http'
import type { AddressInfo } from 'node:net'

interface Proxy {
  /** The address in front. */
  url: string
  /** Where all requests go. Set before the first one. */
  target: string
}

interface Options {
  /** Taken off the front of each path. Default: paths stay. */
  strips?: string
  forwarded?: IncomingHttpHeaders
}

/** A proxy that puts its own name in `Host`, and the address that was asked for in `X-Forwarded-…`. */
export async function withProxy(
  use: (proxy: Proxy) => Promise<void>,
  { strips = '', forwarded = {} }: Options = {},
): Promise<void> {
  const proxy: Proxy = { url: '', target: '' }
  const server = createServer((incoming, outgoing) => {
    const { url = '', method, headers } = incoming
    const more = {
      host: 'board.internal',
      'x-forwarded-host': headers.host,
      'x-forwarded-for': '192.0.2.1',
      ...forwarded,
    }
    const path = url.startsWith(strips) ? url.slice(strips.length) || '/' : url
    const passed = send(proxy.target + path, { method, headers: { ...headers, ...more } }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
    })
    passed.on('error', () => outgoing.destroy())
    outgoing.on('close', () => passed.destroy())
    incoming.pipe(passed)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  proxy.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  try {
    await use(proxy)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}
