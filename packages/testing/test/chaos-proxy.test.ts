import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { describe, expect, test } from '@jest/globals'
import { type ChaosProxy, eventually, withChaosProxy } from '../src/index.ts'

interface Around {
  proxy: ChaosProxy
  /** All that reached the other side. */
  arrived(): string
  open(): Promise<Socket>
}

/** A server that sends back what it gets, behind a proxy. */
async function withEcho(use: (around: Around) => Promise<void>): Promise<void> {
  let arrived = ''
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket.setEncoding('utf8').on('error', () => {}))
    socket.on('data', (text: string) => {
      arrived += text
      socket.write(text)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const target = { host: '127.0.0.1', port: (server.address() as AddressInfo).port }
  try {
    await withChaosProxy(target, (proxy) => {
      const open = async () => {
        const socket = connect(proxy.port, '127.0.0.1').setEncoding('utf8')
        sockets.add(socket)
        await once(socket, 'connect')
        return socket
      }
      return use({ proxy, arrived: () => arrived, open })
    })
  } finally {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  }
}

async function echoed(socket: Socket, text: string): Promise<number> {
  const sentAt = performance.now()
  let answer = ''
  const listen = (part: string) => {
    answer += part
  }
  socket.on('data', listen).write(text)
  await eventually(() => expect(answer).toBe(text))
  socket.off('data', listen)
  return performance.now() - sentAt
}

const endOf = async (socket: Socket): Promise<string> => {
  const [error] = await once(socket, 'error')
  return (error as NodeJS.ErrnoException).code ?? ''
}

describe('a network', () => {
  test('without a fault passes everything on, and the address differs in the port alone', () =>
    withEcho(async ({ proxy, open }) => {
      expect(proxy.urlOf('redis://name:word@127.0.0.1:6379/2')).toBe(`redis://name:word@127.0.0.1:${proxy.port}/2`)
      const socket = await open()
      await echoed(socket, 'one')
      await echoed(socket, 'x'.repeat(1_000_000))
      expect(proxy.connections).toBe(1)
      socket.end()
      await eventually(() => expect(proxy.connections).toBe(0))
    }))

  test('with latency delays both directions, keeps the order, and is fast again after heal', () =>
    withEcho(async ({ proxy, open }) => {
      const socket = await open()
      await proxy.set({ latencyMs: 150, jitterMs: 30 })
      expect(await echoed(socket, 'first')).toBeGreaterThan(240)
      let answer = ''
      socket.on('data', (part: string) => {
        answer += part
      })
      for (let piece = 0; piece < 200; piece += 1) {
        socket.write(`${piece} `)
        await new Promise(setImmediate)
      }
      const sent = Array.from({ length: 200 }, (_, piece) => `${piece} `).join('')
      await eventually(() => expect(answer).toBe(sent))
      await proxy.heal()
      expect(await echoed(socket, 'last')).toBeLessThan(120)
    }))

  test('with a black hole accepts connections, and delivers the held data after heal', () =>
    withEcho(async ({ proxy, open, arrived }) => {
      const before = await open()
      await echoed(before, 'a')
      await proxy.set('blackhole')
      const during = await open()
      before.write('b')
      during.write('c')
      expect(await Promise.race([once(before, 'data'), waited(200)])).toBe('nothing')
      expect(arrived()).toBe('a')
      await proxy.heal()
      await eventually(() => expect([...arrived()].sort()).toEqual(['a', 'b', 'c']))
    }))

  test('that refuses resets existing connections and accepts none until heal', () =>
    withEcho(async ({ proxy, open }) => {
      const socket = await open()
      await echoed(socket, 'a')
      const end = endOf(socket)
      await proxy.set('refuse')
      expect(await end).toBe('ECONNRESET')
      await expect(open()).rejects.toMatchObject({ code: 'ECONNREFUSED' })
      await proxy.heal()
      await echoed(await open(), 'again')
    }))

  test('that resets accepts connections and resets them; cut resets once', () =>
    withEcho(async ({ proxy, open }) => {
      const first = await open()
      await echoed(first, 'a')
      const firstEnd = endOf(first)
      proxy.cut()
      expect(await firstEnd).toBe('ECONNRESET')
      await proxy.set('reset')
      expect(await endOf(connect(proxy.port, '127.0.0.1'))).toBe('ECONNRESET')
      await proxy.heal()
      await echoed(await open(), 'b')
    }))

  test('that cuts after some bytes has passed these on', () =>
    withEcho(async ({ proxy, open, arrived }) => {
      await proxy.set({ cutAfterBytes: 10 })
      const socket = await open()
      await echoed(socket, '12345')
      const end = endOf(socket)
      socket.write('67890abc')
      expect(await end).toBe('ECONNRESET')
      await eventually(() => expect(arrived()).toBe('1234567890'))
    }))

  test('that loses an answer has passed the request on', () =>
    withEcho(async ({ proxy, open, arrived }) => {
      await proxy.set({ loseAnswerTo: 'COMMIT' })
      const socket = await open()
      await echoed(socket, 'BEGIN')
      const end = endOf(socket)
      socket.write('COMMIT')
      expect(await end).toBe('ECONNRESET')
      expect(arrived()).toBe('BEGINCOMMIT')
      expect(proxy.lost).toBe(1)
    }))
})

const waited = (milliseconds: number): Promise<string> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds, 'nothing'))
