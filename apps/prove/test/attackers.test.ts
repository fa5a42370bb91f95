import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from '@jest/globals'
import { eventually } from '@sluice/testing'
import { holdIdle, holdUploads, pipeline, pollPage } from '../src/load/attackers.ts'

async function withServer(
  use: (url: string, seen: { bytes: number; connections: number; from: Set<string> }) => Promise<void>,
) {
  const seen = { bytes: 0, connections: 0, from: new Set<string>() }
  const server = createServer((request, response) => {
    request.on('data', (chunk) => {
      seen.bytes += chunk.length
    })
    if (request.method === 'GET') response.writeHead(request.url === '/a' ? 200 : 404).end('a body')
  })
  server.on('connection', (socket) => {
    seen.connections += 1
    seen.from.add(socket.remoteAddress ?? '')
    socket.on('error', () => {})
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

test('uploads send all but their last byte, from an address of their own', () =>
  withServer(async (url, seen) => {
    const release = holdUploads(url, 5, { path: '/up', bytes: 1_001 })
    await eventually(() => expect(seen).toEqual({ bytes: 5_000, connections: 5, from: new Set(['127.0.0.66']) }))
    release()
  }))

test('idle connections send nothing', () =>
  withServer(async (url, seen) => {
    const release = holdIdle(url, 20)
    await eventually(() => expect(seen.connections).toBe(20))
    expect(seen.bytes).toBe(0)
    release()
  }))

test('requests are sent over one connection without waiting', () =>
  withServer(async (url, seen) => {
    const ask = (path: string) => `GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`
    expect(await pipeline(url, [ask('/a'), ask('/b'), ask('/a')])).toEqual([200, 404, 200])
    expect(seen.connections).toBe(1)
  }))

test('a page is read again and again', () =>
  withServer(async (url) => expect(await pollPage(url, '/a', 3, 500)).toBeGreaterThan(3)))
