import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { AssetError } from './asset-error.ts'

/** Where a connection really goes. */
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

/** Asks for `url` at one address, whatever its name says by now; the certificate must still be that of the name. */
export function get(url: URL, { destination, ca, token, signal }: RequestOptions): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const asked = request({
      ...destination,
      path: `${url.pathname}${url.search}`,
      servername: url.hostname,
      rejectUnauthorized: true,
      ca,
      agent: false, // a connection kept open would be found by its name
      signal,
      headers: {
        host: url.hostname,
        'accept-encoding': 'identity',
        'user-agent': 'sluice',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
    })
    asked.once('response', (response) => {
      response.on('error', () => {}) // told to whoever reads it; nobody may
      resolve(response)
    })
    asked.on('error', (error) => reject(AssetError.retryable(reasonOf(signal), error)))
    asked.end()
  })
}

const reasonOf = (signal: AbortSignal) => (signal.aborted ? 'timed_out' : 'connection_failed')
