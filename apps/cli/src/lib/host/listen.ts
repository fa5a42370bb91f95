import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import { announceListener, isServed } from '@sluice/database/host'
import type { Pool } from 'pg'
import { interruptible } from '../interruptible.ts'
import { print } from '../print.ts'
import { type Forwarded, forward } from './forward.ts'

/** Workers forget a listener that has not announced itself for so long. */
const ANNOUNCED_SECONDS = 10
const ANNOUNCE_MS = 2_000

/** A worker looks for listeners every second. */
const SERVED_WITHIN_MS = 10_000

export interface ListenOptions {
  forwardTo: URL
  /** That the workers sign with. */
  secrets: string[]
  json: boolean
}

/**
 * Announces an address of this machine to the workers, and forwards what they send there until Ctrl-C.
 *
 * @throws if no worker sends to it
 */
export async function listen(pool: Pool, options: ListenOptions): Promise<void> {
  const stopping = interruptible()
  process.once('SIGTERM', () => process.emit('SIGINT'))
  const { forwardTo, json } = options
  const server = createServer(
    (request, response) => void take(request, response, options).catch(() => response.destroy()),
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  const endpoint = createHash('sha256').update(`listen ${forwardTo.href}`).digest('hex').slice(0, 16)
  const announce = (seconds: number) => announceListener(pool, endpoint, url, seconds)
  try {
    await announce(ANNOUNCED_SECONDS)
    await untilServed(pool, endpoint, stopping.signal)
    if (!json) printStart(options)
    while (!stopping.signal.aborted) {
      await announce(ANNOUNCED_SECONDS).catch(() => {}) // Postgres may be away for a moment
      await pause(ANNOUNCE_MS, undefined, { signal: stopping.signal }).catch(() => {})
    }
    process.exitCode = 0
  } finally {
    await announce(0).catch(() => {})
    stopping.dispose()
    await close(server)
  }
}

async function untilServed(pool: Pool, endpoint: string, signal: AbortSignal): Promise<void> {
  for (const until = Date.now() + SERVED_WITHIN_MS; Date.now() < until && !signal.aborted; ) {
    if (await isServed(pool, endpoint)) return
    await pause(200)
  }
  if (signal.aborted) return
  throw new Error(
    'No worker sends messages here. Is one running, not in production, and with HOST_WEBHOOK_SECRET? npm start runs one.',
  )
}

function printStart({ forwardTo, secrets }: ListenOptions): void {
  print(`Forwarding messages to ${forwardTo.href}. Ctrl-C ends it.`)
  print(`They are signed with ${secrets.join(' and ')}`)
}

async function take(request: IncomingMessage, response: ServerResponse, options: ListenOptions): Promise<void> {
  const body = await text(request)
  const forwarded = await forward(options.forwardTo, request.headers, body)
  print(options.json ? JSON.stringify(forwarded) : describe(forwarded))
  response.writeHead(forwarded.status ?? 502).end()
}

function describe({ type, id, status, code, ms }: Forwarded): string {
  const time = new Date().toTimeString().slice(0, 8)
  const isTaken = status !== null && status >= 200 && status < 300
  return `${time}  ${type.padEnd(21)}  ${isTaken ? '✔' : '✘'} ${status ?? code}  ${Math.round(ms)} ms  ${id}`
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}
