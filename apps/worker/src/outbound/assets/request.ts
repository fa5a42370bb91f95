import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { tlsErrorOf } from '../configuration-error.ts'
import { AssetError, type RetryableReason } from './asset-error.ts'

/** The address that a connection is made to. */
export interface Destination {
  host: string
  port: number
}

export interface RequestOptions {
  destination: Destination
  /** Certificates to trust instead of the system's. */
  ca: string | undefined
  token: string | undefined
  signal: AbortSignal
}

/** Requests `url` from a resolved address. The certificate must match the host name. */
export function get(url: URL, { destination, ca, token, signal }: RequestOptions): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const asked = request({
      ...destination,
      path: `${url.pathname}${url.search}`,
      servername: url.hostname,
      rejectUnauthorized: true,
      ca,
      agent: false, // a pooled connection is reused by host name, past the check of its address
      signal,
      headers: {
        host: url.hostname,
        'accept-encoding': 'identity',
        'user-agent': 'sluice',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
    })
    asked.once('response', (response) => {
      response.on('error', () => {}) // prevents an uncaught error while nothing reads the response
      resolve(response)
    })
    asked.on('error', (error) => reject(AssetError.retryable(reasonOf(error, signal), error)))
    asked.end()
  })
}

function reasonOf(error: Error, { aborted }: AbortSignal): RetryableReason {
  if (aborted) return 'timed_out'
  return tlsErrorOf((error as NodeJS.ErrnoException).code, 'host', 'ASSET_HOSTS')
    ? 'bad_certificate'
    : 'connection_failed'
}
