import { readFileSync } from 'node:fs'
import http from 'node:http'
import net from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { type Borrowed, borrow, startApp, type TestApp, withPostgres, withRedis } from '@sluice/testing'
import { raw } from './raw.ts'
import { fromReplicate, fromStripe, type Given, nowSeconds, prediction, stripeEvent } from './requests.ts'
import { SECRETS } from './with-ingest.ts'

/**
 * Ingest as in production, with the memory of its container: 512 MiB. All floods come from 127.0.0.1 unless a test says
 * otherwise, and so do the valid events that must be served meanwhile.
 */
const withSmallIngest = <T>(use: (app: TestApp) => Promise<T>): Promise<T> =>
  withPostgres((postgres) =>
    withRedis(async (redis) => {
      const app = await startApp('ingest', {
        env: {
          NODE_ENV: 'production',
          NODE_OPTIONS: '--max-old-space-size=256',
          INGEST_DATABASE_URL: postgres.roleUrl('sluice_ingest'),
          REDIS_URL: redis.url,
          STRIPE_WEBHOOK_SECRET: SECRETS.stripe,
          REPLICATE_WEBHOOK_SECRET: SECRETS.replicate,
          WEBHOOK_RATE_LIMIT_PER_MINUTE: '0',
        },
      })
      try {
        return await use(app)
      } finally {
        await app.kill()
      }
    }),
  )

let ingest: TestApp
let borrowed: Borrowed<TestApp>

beforeAll(async () => {
  borrowed = await borrow(withSmallIngest)
  ingest = borrowed.value
})
afterAll(() => borrowed.release())

const MIB = 1024 * 1024
const CONTAINER_MIB = 512

/** The largest resident memory of the process so far. */
const peakMiB = () => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${ingest.pid}/status`, 'utf8'))?.[1]) / 1024

/** A connection that ignores its answer unless a test reads it. */
function connectTo(port: number, localAddress = '127.0.0.1'): Promise<net.Socket> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ port, host: '127.0.0.1', localAddress }, () => resolve(socket))
    socket.once('error', reject).on('error', () => {})
    opened.push(socket)
  })
}

const connections = (count: number, localAddress?: string): Promise<net.Socket[]> =>
  Promise.all(Array.from({ length: count }, () => connectTo(ingest.port, localAddress)))

const opened: net.Socket[] = []
afterEach(() => {
  for (const socket of opened.splice(0)) socket.destroy()
})

let sent = 0
/** Sends a valid event over a connection of its own. */
function sendValid(localAddress = '127.0.0.1', given?: Given): Promise<{ status: number; milliseconds: number }> {
  sent += 1
  const { body, headers } = given ?? fromStripe(stripeEvent({ id: `evt_valid_${sent}` }))
  const started = Date.now()
  return new Promise((resolve, reject) => {
    const options = { port: ingest.port, host: '127.0.0.1', localAddress, agent: false, method: 'POST', headers }
    const request = http.request({ ...options, path: `/webhooks/${given ? 'replicate' : 'stripe'}` }, (response) => {
      response
        .resume()
        .on('end', () => resolve({ status: response.statusCode ?? 0, milliseconds: Date.now() - started }))
    })
    request.on('error', reject).end(body)
  })
}

const sendManyValid = async (count: number, localAddress?: string) => {
  const statuses: number[] = []
  for (let index = 0; index < count; index += 1) statuses.push((await sendValid(localAddress)).status)
  return statuses
}
const all200 = (count: number) => Array<number>(count).fill(200)

/** Well-formed signature headers need no secret. */
const forgedHead = (length: string) =>
  [
    'POST /webhooks/replicate HTTP/1.1',
    'Host: x',
    'Content-Type: application/json',
    'webhook-id: msg_1',
    `webhook-timestamp: ${nowSeconds()}`,
    'webhook-signature: v1,AAAA',
    length,
    '\r\n',
  ].join('\r\n')

/** Writes until all is written or the connection is closed. Gives back the answer so far. */
async function upload(socket: net.Socket, pieces: Iterable<Buffer | string>): Promise<() => string> {
  let answer = ''
  socket.on('data', (data) => {
    answer += data
  })
  for (const piece of pieces) {
    if (socket.destroyed) break
    if (!socket.write(piece)) {
      await new Promise<void>((resolve) => socket.once('drain', resolve).once('close', () => resolve()))
    }
  }
  return () => answer
}

test('uploads that never end: without a signature they are refused at once, with a forged one they get 503', async () => {
  const piece = Buffer.alloc(MIB, 'x')
  const pieces = [...Array(4).fill(piece), piece.subarray(0, MIB / 2)]
  const unsigned = Array.from({ length: 50 }, () =>
    raw(ingest.port, ['POST /webhooks/replicate HTTP/1.1\r\nHost: x\r\nContent-Length: 5000000\r\n\r\n'], {
      until: '}',
    }),
  )
  for (const answer of await Promise.all(unsigned))
    expect(answer).toMatch(/^HTTP\/1.1 400 [\s\S]*"invalid_signature"}$/)

  const forged = await connections(150)
  const uploads = forged.map((socket) => upload(socket, [forgedHead('Content-Length: 5000000'), ...pieces]))
  const served = await sendManyValid(20)
  const texts = (await Promise.all(uploads)).map((answer) => answer())
  served.push(...(await sendManyValid(20)))
  expect(served).toEqual(all200(40))
  const refused = texts.filter((text) => text.startsWith('HTTP/1.1 503 '))
  expect(refused.length).toBeGreaterThan(100)
  expect(refused[0]).toMatch(/Retry-After: 30\r\n[\s\S]*{"error":"unavailable"}$/)
  expect(peakMiB()).toBeLessThan(CONTAINER_MIB)
})

test('bodies whose every byte is a chunk', async () => {
  const chunks = Buffer.from('1\r\nx\r\n'.repeat(10_000))
  const sockets = await connections(30)
  const uploads = sockets.map((socket) =>
    upload(socket, [forgedHead('Transfer-Encoding: chunked'), ...Array(60).fill(chunks)]),
  )
  const served = await sendManyValid(10)
  await Promise.all(uploads)
  expect(served).toEqual(all200(10))
  expect(peakMiB()).toBeLessThan(CONTAINER_MIB)
})

test('requests without end on connections that read no answer', async () => {
  const requests = Buffer.from('GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(1_000))
  const sockets = await connections(300)
  for (const socket of sockets) socket.pause().write(requests)
  expect(await sendManyValid(10)).toEqual(all200(10))
  expect(peakMiB()).toBeLessThan(CONTAINER_MIB)
})

describe('idle connections', () => {
  test.each(['127.0.0.1', '127.0.0.2'])('of one address keep out no events from %s', async (address) => {
    await connections(4300)
    expect(await sendManyValid(60, address)).toEqual(all200(60))
    const metrics = await (await fetch(`${ingest.url}/metrics`)).text()
    expect(Number(/^webhook_connections (\d+)/m.exec(metrics)?.[1])).toBeLessThanOrEqual(2048 + 10)
    expect(Number(/^webhook_connections_closed_total{cap="client"} (\d+)/m.exec(metrics)?.[1])).toBeGreaterThan(0)
  })

  test('of many addresses keep out no events', async () => {
    await Promise.all(['127.0.0.3', '127.0.0.4', '127.0.0.5'].map((address) => connections(1800, address)))
    expect(await sendManyValid(60)).toEqual(all200(60))
  })
})

test('requests for metrics on 100 connections stop no events', async () => {
  let stopped = false
  const hammer = async () => {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
    const options = { port: ingest.port, host: '127.0.0.1', path: '/metrics', agent }
    const askOnce = () =>
      new Promise<void>((resolve) => {
        http.get(options, (response) => response.resume().on('close', resolve)).on('error', () => resolve())
      })
    while (!stopped) await askOnce()
    agent.destroy()
  }
  const hammers = Array.from({ length: 100 }, hammer)
  const served = await sendManyValid(20)
  stopped = true
  await Promise.all(hammers)
  expect(served).toEqual(all200(20))
})

test('a large valid event is taken after all that', async () => {
  const body = prediction({ output: 'x'.repeat(4 * MIB) })
  expect(await sendValid('127.0.0.1', fromReplicate(body))).toMatchObject({ status: 200 })
})
