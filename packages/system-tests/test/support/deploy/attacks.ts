import net from 'node:net'
import { expect } from '@jest/globals'
import { QUEUES } from '@sluice/queue'
import type { Stack } from '@sluice/testing'
import { Queue } from 'bullmq'
import { harmless } from './event-faults.ts'
import type { Prometheus } from './prometheus.ts'
import { fires, stops } from './raised-alerts.ts'

export async function forge(stack: Stack, prometheus: Prometheus, alert: string): Promise<void> {
  const forged = () => stack.post('/webhooks/stripe', '{}', { 'stripe-signature': 't=1,v1=00' })
  await stops(prometheus, alert)
  for (let sent = 0; sent < 20; sent += 1) expect((await forged()).status).toBe(400)
  await fires(prometheus, alert)
}

/** Somebody who can write to Redis adds a job with an event that ingest never had. */
export async function forgeJob(stack: Stack, prometheus: Prometheus, alert: string): Promise<void> {
  const { id, body } = harmless()
  const ids = { provider: 'stripe', eventId: id }
  const event = { ...ids, type: 'foo.created', occurredAt: null, rawBody: Buffer.from(body).toString('base64') }
  const queue = new Queue(QUEUES.events, { prefix: 'sluice', connection: { url: stack.redis.url } })
  try {
    await stops(prometheus, alert)
    await queue.add('foo.created', { ...ids, event }, { jobId: `stripe-${id}` })
    await fires(prometheus, alert, 'reason="unsigned"')
  } finally {
    await queue.close()
  }
}

/** Bodies of 4 MiB that never end, with signatures that can be checked at their end only. */
export async function overload(stack: Stack, prometheus: Prometheus, alert: string): Promise<void> {
  const head = [
    'POST /webhooks/replicate HTTP/1.1',
    'Host: x',
    'Content-Type: application/json',
    'webhook-id: msg_1',
    `webhook-timestamp: ${Math.floor(Date.now() / 1_000)}`,
    'webhook-signature: v1,AAAA',
    'Content-Length: 5000000',
    '\r\n',
  ].join('\r\n')
  const upload = () => {
    const socket = net.connect(stack.ingests[0]?.port ?? 0, '127.0.0.1')
    socket.on('error', () => {}).resume() // it is refused on purpose
    socket.write(head)
    socket.write(Buffer.alloc(4 * 1024 * 1024, 'x'))
    return socket
  }
  await stops(prometheus, alert)
  const sockets = Array.from({ length: 30 }, upload)
  try {
    await fires(prometheus, alert)
  } finally {
    for (const socket of sockets) socket.destroy()
  }
}
