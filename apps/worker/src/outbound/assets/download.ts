import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { waitCauseOf } from '../http-status.ts'
import { retryAfterMs } from '../retry-after.ts'
import { AssetError } from './asset-error.ts'
import { allowHosts, checkUrl } from './check-url.ts'
import { createHosts } from './hosts.ts'
import { type Digest, metered } from './metered.ts'
import { type Destination, get } from './request.ts'
import { type Lookup, lookupOfSystem, resolvePublic } from './resolve.ts'

export interface DownloaderOptions extends Network {
  /** Allowed hosts, exact or `*.name`. */
  hosts: readonly string[]
  maxBytes: number
  /** Time limit for all redirects and the whole body. */
  timeoutMs: number
  /** Replicate's API token, for files that need it. */
  token?: string | undefined
  /** At least `minBytes` must arrive per `windowMs`; defaults: 100 KiB per 10 s. */
  windowMs?: number
  minBytes?: number
}

/** How hosts are resolved and trusted. Tests replace it; no environment variable does. */
export interface Network {
  /** Default: the system's resolver. */
  lookup?: Lookup
  /** Certificates to trust instead of the system's. */
  ca?: string
  /** Redirects connections to an address that has passed every check, for a stand-in without port 443. */
  connectTo?: (address: string) => Destination
}

export interface Download {
  body: Readable
  /** From the host; `application/octet-stream` if it sends no valid type. */
  contentType: string
  /** As the host says; null if it does not. */
  expectedBytes: number | null
  /** Digest of the whole body. @throws Error before the end of `body`. */
  digest(): Digest
}

export interface Downloader {
  /**
   * Opens a file. The caller reads its body to the end, or destroys it.
   *
   * @throws AssetError, from here or from the body.
   * @throws {UnreachableError} if the host failed a moment ago.
   * @throws {BusyError} if too many files of the host are being copied.
   */
  download(url: string): Promise<Download>
}

const MAX_REDIRECTS = 5
const REDIRECTS = new Set([301, 302, 303, 307, 308])
const NEEDS_TOKEN = new Set([401, 403])
const GONE = new Set([401, 403, 404, 410])

/** Hosts that may receive Replicate's token: https://replicate.com/docs/topics/predictions/output-files */
const isReplicate = allowHosts(['replicate.delivery', '*.replicate.delivery', 'api.replicate.com'])

/**
 * Fetches URLs that come from outside without giving access to internal systems: only https on port 443, only allowed
 * hosts, only public addresses, all checked again at every redirect.
 */
export function createDownloader(options: DownloaderOptions): Downloader {
  const { hosts: allowed, maxBytes, timeoutMs, token, windowMs = 10_000, minBytes = 102_400, ca } = options
  const { lookup = lookupOfSystem, connectTo = (host: string) => ({ host, port: 443 }) } = options
  const isAllowed = allowHosts(allowed)

  const hosts = createHosts()

  const download = (text: string): Promise<Download> =>
    hosts.download(checkUrl(text, isAllowed).hostname, () => open(text))

  async function open(text: string): Promise<Download> {
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
    const length = headers['content-length']
    return {
      ...bodyOf(response, signal),
      contentType: contentTypeOf(headers['content-type']),
      expectedBytes: length === undefined ? null : Number(length),
    }
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
      if (!REDIRECTS.has(statusCode) || !headers.location) throw unexpected(statusCode, headers['retry-after'])
      url = checkUrl(headers.location, isAllowed, url)
    }
    throw AssetError.refused('too_many_redirects')
  }

  /** Sends the token only if a first request without it is denied, and never after a redirect to another host. */
  async function ask(url: URL, isFirstHost: boolean, signal: AbortSignal): Promise<IncomingMessage> {
    const destination = connectTo(await inTime(resolvePublic(url.hostname, lookup), signal))
    const response = await get(url, { destination, ca, token: undefined, signal })
    const maySendToken = token !== undefined && isFirstHost && isReplicate(url.hostname)
    if (!maySendToken || !NEEDS_TOKEN.has(response.statusCode ?? 0)) return response
    response.destroy()
    return get(url, { destination, ca, token, signal })
  }

  function bodyOf(response: IncomingMessage, signal: AbortSignal): Omit<Download, 'contentType' | 'expectedBytes'> {
    let digest: Digest | undefined
    const chunks = metered(response, { maxBytes, windowMs, minBytes }, signal, (whole) => {
      digest = whole
    })
    const body = Readable.from(chunks, { objectMode: false })
    body.once('close', () => response.destroy())
    return {
      body,
      digest: () => {
        if (!digest) throw new Error('The body has not been read to its end.')
        return digest
      },
    }
  }

  return { download }
}

function unexpected(status: number, retryAfter: string | undefined): AssetError {
  const cause = waitCauseOf(status)
  if (!cause) return AssetError.retryable('unexpected_status')
  return AssetError.unavailable(status, { cause, retryAfterMs: retryAfterMs(retryAfter ?? null) })
}

/** Rejects when the time limit ends, also if the resolver never answers. */
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
