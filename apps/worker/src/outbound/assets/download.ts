import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { AssetError } from './asset-error.ts'
import { allowHosts, checkUrl } from './check-url.ts'
import { type Digest, metered } from './metered.ts'
import { type Destination, get } from './request.ts'
import { type Lookup, lookupOfSystem, resolvePublic } from './resolve.ts'

export interface DownloaderOptions extends Network {
  /** Names of hosts, exact or `*.name`. */
  hosts: readonly string[]
  maxBytes: number
  /** For all of it: every redirect, and the body to its end. */
  timeoutMs: number
  /** Replicate's API token, for the files that it shows to nobody else. */
  token?: string | undefined
  /** In each of these, in milliseconds, `minBytes` must come. 10 s and 100 KiB unless told. */
  windowMs?: number
  minBytes?: number
}

/** How hosts are found and trusted. A program may be given another; no variable changes it. */
export interface Network {
  /** The system's unless told. */
  lookup?: Lookup
  /** Certificates to trust instead of the system's. */
  ca?: string
  /** Where connections to an address go instead, once it has passed every check: a stand-in has no port 443. */
  connectTo?: (address: string) => Destination
}

export interface Download {
  body: Readable
  /** As the host says; `application/octet-stream` where it says nothing that is one. */
  contentType: string
  /** Of all that was read. @throws Error before the end of `body`. */
  digest(): Digest
}

export interface Downloader {
  /**
   * Opens a file; its body is to be read to the end, or destroyed.
   * @throws AssetError, here or out of the body.
   */
  download(url: string): Promise<Download>
}

const MAX_REDIRECTS = 5
const REDIRECTS = new Set([301, 302, 303, 307, 308])
const ASKS_FOR_TOKEN = new Set([401, 403])
const GONE = new Set([401, 403, 404, 410])

/** Who may see Replicate's token: https://replicate.com/docs/topics/predictions/output-files */
const isReplicate = allowHosts(['replicate.delivery', '*.replicate.delivery', 'api.replicate.com'])

/**
 * Fetches what others tell us to fetch, and nothing that they should not reach through us: only https on port 443, only
 * hosts that are listed, only at public addresses, each checked anew at every redirect.
 */
export function createDownloader(options: DownloaderOptions): Downloader {
  const { hosts, maxBytes, timeoutMs, token, windowMs = 10_000, minBytes = 102_400, ca } = options
  const { lookup = lookupOfSystem, connectTo = (host: string) => ({ host, port: 443 }) } = options
  const isAllowed = allowHosts(hosts)

  async function download(text: string): Promise<Download> {
    const signal = AbortSignal.timeout(timeoutMs)
    const response = await follow(text, signal)
    const { headers } = response
    try {
      if ((headers['content-encoding'] ?? 'identity') !== 'identity') throw AssetError.refused('content_encoded')
      if (Number(headers['content-length'] ?? 0) > maxBytes) throw AssetError.refused('too_large')
    } catch (error) {
      response.destroy()
      throw error
    }
    return { ...bodyOf(response, signal), contentType: contentTypeOf(headers['content-type']) }
  }

  async function follow(text: string, signal: AbortSignal): Promise<IncomingMessage> {
    const first = checkUrl(text, isAllowed)
    let url = first
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
      const response = await ask(url, url.hostname === first.hostname, signal)
      const { statusCode = 0, headers } = response
      if (statusCode === 200) return response
      response.destroy()
      if (GONE.has(statusCode)) throw AssetError.expired(statusCode)
      if (!REDIRECTS.has(statusCode) || !headers.location) throw AssetError.retryable('unexpected_status')
      url = checkUrl(headers.location, isAllowed, url)
    }
    throw AssetError.refused('too_many_redirects')
  }

  /** Without the token first: most files need none. Never after a redirect to another host. */
  async function ask(url: URL, isFirstHost: boolean, signal: AbortSignal): Promise<IncomingMessage> {
    const destination = connectTo(await inTime(resolvePublic(url.hostname, lookup), signal))
    const response = await get(url, { destination, ca, token: undefined, signal })
    const mayShowToken = token !== undefined && isFirstHost && isReplicate(url.hostname)
    if (!mayShowToken || !ASKS_FOR_TOKEN.has(response.statusCode ?? 0)) return response
    response.destroy()
    return get(url, { destination, ca, token, signal })
  }

  function bodyOf(response: IncomingMessage, signal: AbortSignal): Pick<Download, 'body' | 'digest'> {
    let digest: Digest | undefined
    const chunks = metered(response, { maxBytes, windowMs, minBytes }, signal, (whole) => {
      digest = whole
    })
    const body = Readable.from(chunks, { objectMode: false })
    body.once('close', () => response.destroy())
    return {
      body,
      digest: () => {
        if (!digest) throw new Error('The body is not read to its end.')
        return digest
      },
    }
  }

  return { download }
}

/** A resolver that never answers holds nobody up. */
function inTime<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(AssetError.retryable('timed_out'))
    if (signal.aborted) giveUp()
    signal.addEventListener('abort', giveUp, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp))
  })
}

function contentTypeOf(header: string | undefined): string {
  const type = /^[\w.+-]{1,64}\/[\w.+-]{1,64}/.exec(header ?? '')?.[0]
  return type?.toLowerCase() ?? 'application/octet-stream'
}
