import { connect, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

/** Attackers come from another address than the providers, as in reality. */
const ATTACKER = '127.0.0.66'

/** Ends what an attacker holds. */
export type Release = () => void

export const together = (releases: Release[]): Release => {
  return () => {
    for (const release of releases) release()
  }
}

export interface Upload {
  path: string
  headers?: Record<string, string>
  /** Bytes that are announced; all but the last one are sent. */
  bytes: number
}

/** Starts many uploads that never end. */
export function holdUploads(url: string, count: number, { path, headers = {}, bytes }: Upload): Release {
  const body = Buffer.alloc(bytes - 1, '[')
  const lines = Object.entries({ 'content-type': 'application/json', ...headers }).map(
    ([name, value]) => `${name}: ${value}`,
  )
  const head = [`POST ${path} HTTP/1.1`, 'host: ingest', `content-length: ${bytes}`, ...lines, '', ''].join('\r\n')
  return hold(url, count, (socket) => {
    socket.write(head)
    socket.write(body)
  })
}

/** Opens many connections and sends nothing. */
export const holdIdle = (url: string, count: number): Release => hold(url, count, () => {})

function hold(url: string, count: number, begin: (socket: Socket) => void): Release {
  const sockets = Array.from({ length: count }, () => {
    const socket = connectFrom(url)
    socket.once('connect', () => begin(socket)).resume()
    return socket
  })
  return () => {
    for (const socket of sockets) socket.destroy()
  }
}

/** Many clients ask for a page again and again. Resolves to the number of answers. */
export async function pollPage(url: string, path: string, clients: number, forMs: number): Promise<number> {
  let answers = 0
  const sockets = Array.from({ length: clients }, () => {
    const socket = connectFrom(url)
    const ask = () => socket.writable && socket.write(`GET ${path} HTTP/1.1\r\nhost: app\r\n\r\n`)
    socket.on('connect', ask).on('data', (chunk) => {
      const count = chunk.toString('latin1').split('HTTP/1.1 ').length - 1
      answers += count
      for (let one = 0; one < count; one += 1) ask()
    })
    return socket
  })
  await pause(forMs)
  for (const socket of sockets) socket.destroy()
  return answers
}

/** Sends all requests over one connection without waiting for answers. Resolves to the statuses, in order. */
export async function pipeline(url: string, requests: string[], timeoutMs = 30_000): Promise<number[]> {
  const socket = connectFrom(url)
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1')
  })
  const statuses = () => [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status))
  socket.once('connect', () => socket.write(requests.join('')))
  const over = new Promise((resolve) => socket.once('close', resolve))
  for (const end = Date.now() + timeoutMs; Date.now() < end && !socket.destroyed; ) {
    if (statuses().length >= requests.length) break
    await Promise.race([pause(100), over])
  }
  socket.destroy()
  return statuses()
}

function connectFrom(url: string): Socket {
  const { hostname, port } = new URL(url)
  return connect({ host: hostname, port: Number(port), localAddress: ATTACKER }).on('error', () => {}) // it may be refused
}
