import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from '@jest/globals'
import { stripe } from '@sluice/providers/stripe'
import { bodyOf, SAMPLE, SECRET } from '../src/event.ts'
import { closedLoop } from '../src/load/closed-loop.ts'
import { openLoop } from '../src/load/open-loop.ts'
import { signedRequests } from '../src/load/requests.ts'

async function withServer<T>(handle: RequestListener, use: (port: number) => Promise<T>): Promise<T> {
  const server = createServer(handle)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  try {
    return await use((server.address() as AddressInfo).port)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

const end: RequestListener = (request, response) => {
  request.resume()
  request.on('end', () => response.writeHead(200, { 'content-length': 2 }).end('ok'))
}

test('every event has five kilobytes and ids of its own', () => {
  const bodies = [1, 2].map(bodyOf)

  expect(bodies.map((body) => Buffer.byteLength(body))).toEqual([5_000, 5_000])
  expect(new Set(bodies.map((body) => JSON.parse(body).id)).size).toBe(2)
  expect(bodies.filter((body) => body.includes(SAMPLE))).toEqual([])
})

test('what is sent holds as Stripe’s', async () => {
  const received: string[] = []
  const verify: RequestListener = (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const verifying = { headers: request.headers, body: Buffer.concat(chunks) }
      received.push(stripe.verify(verifying, [SECRET], { toleranceSeconds: 300 }).eventId)
      response.writeHead(200, { 'content-length': 0 }).end()
    })
  }

  const answers = await withServer(verify, (port) => closedLoop(signedRequests(7, 5), [port], 2))

  expect(answers).toMatchObject({ sent: 5, accepted: 5, refused: 0 })
  expect(new Set(received).size).toBe(5)
})

test('what is refused is sent again, over a new connection where the old one broke', async () => {
  let requests = 0
  const moody: RequestListener = (request, response) => {
    requests += 1
    if (requests === 1) return void request.socket.destroy()
    if (requests === 2) return void response.writeHead(503, { 'content-length': 0 }).end()
    end(request, response)
  }

  const answers = await withServer(moody, (port) => closedLoop(signedRequests(1, 3), [port], 1))

  expect(answers).toMatchObject({ sent: 3, accepted: 3, refused: 2 })
})

test('at a fixed rate a slow server gets no lighter load, and its times count from when a request was due', async () => {
  const requests = signedRequests(1, 20)
  let held: Array<() => void> = []
  const slow: RequestListener = (request, response) => {
    held.push(() => end(request, response))
    if (held.length < requests.length) return
    for (const answer of held) answer()
    held = []
  }

  const answers = await withServer(slow, (port) => openLoop(requests, [port], 4, 200))

  expect(answers).toMatchObject({ sent: 20, accepted: 20 })
  expect(answers.p99).toBeGreaterThan(80) // the first waits for the last, which is due 95 ms later
})
