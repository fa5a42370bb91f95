import { createHash, randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'

/** A file, and how its host fails. */
export interface FileOptions {
  /** Default: `replicate.delivery`. */
  host?: string
  /** Begins with a slash. Default: random. */
  path?: string
  /** Default: random bytes. */
  body?: Buffer
  /** The length of a body that is generated while it is sent. */
  size?: number
  contentType?: string
  /** 401 without the API token. */
  needsToken?: boolean
  /** Answers with this status instead. */
  status?: number
  /** Sent along with `status`. */
  location?: string
  /** The number of requests that `status` and `breaksAfter` apply to. Default: all. */
  times?: number
  /** Milliseconds between two bytes. */
  dripMs?: number
  /** Sends without an end. */
  endless?: boolean
  /** The `content-length`, whatever is sent. */
  declaredLength?: number
  /** Breaks the connection after this many bytes. */
  breaksAfter?: number
  contentEncoding?: string
}

export interface ServedFile {
  url: string
  bytes: number
  sha256: string
}

export interface FileRequest {
  url: string
  /** `right` with the API token, `wrong` with any other credentials. */
  token: 'none' | 'right' | 'wrong'
}

interface Entry extends FileOptions {
  requests: number
  /** In milliseconds of `Date.now()`; from then on 404. */
  expiresAt: number
}

const BLOCK = Buffer.alloc(64 * 1024, 'sluice')

/** The hosts that outputs are fetched from. */
export function createFiles(token: string, signal: AbortSignal) {
  const entries = new Map<string, Entry>()
  const requests: FileRequest[] = []

  function add(options: FileOptions = {}): ServedFile {
    const path = options.path ?? `/xezq/${randomBytes(12).toString('hex')}/out-0.webp`
    const url = `https://${options.host ?? 'replicate.delivery'}${path}`
    const body = options.size === undefined ? (options.body ?? randomBytes(4_096)) : undefined
    entries.set(url, { ...options, ...(body && { body }), requests: 0, expiresAt: Number.POSITIVE_INFINITY })
    return { url, ...digestOf(body ?? sized(options.size ?? 0)) }
  }

  function expireAt(urls: string[], at: number): void {
    for (const url of urls) {
      const entry = entries.get(url)
      if (entry) entry.expiresAt = at
    }
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = `https://${request.headers.host}${request.url}`
    const shown = shownToken(request.headers.authorization, token)
    requests.push({ url, token: shown })
    const entry = entries.get(url)
    if (!entry || Date.now() >= entry.expiresAt) return end(response, 404)
    if (entry.needsToken && shown !== 'right') return end(response, 401)
    entry.requests += 1
    const isBad = entry.times === undefined || entry.requests <= entry.times
    if (isBad && entry.status !== undefined) return end(response, entry.status, entry.location)
    await send(response, entry, isBad ? entry.breaksAfter : undefined)
  }

  async function send(response: ServerResponse, entry: Entry, breaksAfter: number | undefined): Promise<void> {
    const { body, size = 0, declaredLength, contentType = 'image/webp', contentEncoding } = entry
    response.writeHead(200, {
      'content-type': contentType,
      ...(!entry.endless && { 'content-length': declaredLength ?? body?.length ?? size }),
      ...(contentEncoding && { 'content-encoding': contentEncoding }),
    })
    const parts = entry.endless ? endless() : entry.dripMs ? bytesOf(body ?? BLOCK) : body ? [body] : sized(size)
    let sent = 0
    for await (const part of parts) {
      if (response.destroyed || signal.aborted) return
      const rest = breaksAfter === undefined ? part : part.subarray(0, breaksAfter - sent)
      sent += rest.length
      if (!response.write(rest)) await drained(response)
      if (breaksAfter !== undefined && sent >= breaksAfter) return breakOff(response)
      if (entry.dripMs) await pause(entry.dripMs, undefined, { signal }).catch(() => {})
    }
    if (declaredLength !== undefined && sent < declaredLength) return breakOff(response)
    response.end()
  }

  return { add, expireAt, serve, requests }
}

function shownToken(authorization: string | undefined, token: string): FileRequest['token'] {
  if (authorization === undefined) return 'none'
  return authorization === `Bearer ${token}` ? 'right' : 'wrong'
}

function end(response: ServerResponse, status: number, location?: string): void {
  response.writeHead(status, location === undefined ? {} : { location }).end()
}

/** The bytes written so far still arrive; the rest never does. */
function breakOff(response: ServerResponse): void {
  response.socket?.end(() => response.destroy())
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const settle = () => {
      response.off('drain', settle).off('close', settle)
      resolve()
    }
    response.on('drain', settle).on('close', settle)
  })
}

function* endless(): Generator<Buffer> {
  for (;;) yield BLOCK
}

function* bytesOf(body: Buffer): Generator<Buffer> {
  for (let index = 0; index < body.length; index += 1) yield body.subarray(index, index + 1)
}

function* sized(size: number): Generator<Buffer> {
  for (let sent = 0; sent < size; sent += BLOCK.length) yield BLOCK.subarray(0, Math.min(BLOCK.length, size - sent))
}

function digestOf(content: Buffer | Iterable<Buffer>): { bytes: number; sha256: string } {
  const hash = createHash('sha256')
  let bytes = 0
  for (const part of Buffer.isBuffer(content) ? [content] : content) {
    hash.update(part)
    bytes += part.length
  }
  return { bytes, sha256: hash.digest('hex') }
}
