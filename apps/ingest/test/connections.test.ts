import { once } from 'node:events'
import http from 'node:http'
import net, { type AddressInfo } from 'node:net'
import { describe, expect, test } from '@jest/globals'
import { eventually } from '@sluice/testing'
import { type ConnectionCaps, type Connections, connectionCaps, limitConnections } from '../src/connections.ts'

describe('the caps on connections', () => {
  test.each([
    [20_000, 4096, 2048],
    [1024, 640, 320],
    [256, 128, 64],
    [Number.POSITIVE_INFINITY, 4096, 2048],
  ])('with %d descriptors are %d in all and %d of one client', (descriptors, total, perClient) => {
    expect(connectionCaps(0, descriptors)).toEqual({ total, perClient })
  })

  test('have none of one client behind a proxy, and are found without being told the descriptors', () => {
    expect(connectionCaps(1, 20_000)).toEqual({ total: 4096, perClient: null })
    expect(connectionCaps(0).total).toBeGreaterThan(0)
  })
})

interface Limited {
  connections: Connections
  connect(address?: string): Promise<{ client: net.Socket; socket: net.Socket }>
}

async function withLimit(caps: ConnectionCaps, use: (limited: Limited) => Promise<void>): Promise<void> {
  const server = http.createServer()
  const connections = limitConnections(server, caps)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const clients: net.Socket[] = []
  const connect = async (localAddress = '127.0.0.1') => {
    const accepted = once(server, 'connection')
    const client = net.connect({ port, host: '127.0.0.1', localAddress }).on('error', () => {})
    clients.push(client.resume())
    const [socket] = await accepted
    return { client, socket }
  }
  try {
    await use({ connections, connect })
  } finally {
    for (const client of clients) client.destroy()
    server.closeAllConnections()
    server.close()
  }
}

const closed = (clients: { client: net.Socket }[]) => clients.map(({ client }) => client.destroyed)

describe('over a cap', () => {
  test('of one client, its connection that has been idle for longest is closed, and nobody else’s', () =>
    withLimit({ total: 10, perClient: 2 }, async ({ connect, connections }) => {
      const other = await connect('127.0.0.2')
      const all = [other, await connect(), await connect(), await connect()]
      await eventually(() => expect(closed(all)).toEqual([false, true, false, false]))
      expect(connections.count()).toBe(3)
    }))

  test('of all, the client with the most connections gives way', () =>
    withLimit({ total: 3, perClient: null }, async ({ connect }) => {
      const all = [await connect('127.0.0.2'), await connect(), await connect(), await connect('127.0.0.3')]
      await eventually(() => expect(closed(all)).toEqual([false, true, false, false]))
    }))

  test('a connection whose event is being recorded stays, and the new one is closed when all others are such', () =>
    withLimit({ total: 2, perClient: null }, async ({ connect, connections }) => {
      const first = await connect()
      connections.protect(first.socket)
      const second = await connect()
      const third = await connect()
      await eventually(() => expect(closed([first, second, third])).toEqual([false, true, false]))
      connections.protect(third.socket)
      const fourth = await connect()
      await eventually(() => expect(closed([first, third, fourth])).toEqual([false, false, true]))
      connections.unprotect(first.socket)
      const fifth = await connect()
      await eventually(() => expect(closed([first, third, fifth])).toEqual([true, false, false]))
    }))

  test('connections that ended no longer count', () =>
    withLimit({ total: 2, perClient: 1 }, async ({ connect, connections }) => {
      const first = await connect()
      first.client.destroy()
      await eventually(() => expect(connections.count()).toBe(0))
      const second = await connect()
      expect(closed([second])).toEqual([false])
    }))
})
