import { isNativeError } from 'node:util/types'
import { SluiceError } from '@sluice/events'

/** https://nodejs.org/api/errors.html#common-system-errors and https://nodejs.org/api/dns.html#error-codes */
const ERRNO = new Set([
  'EADDRNOTAVAIL',
  'EAI_AGAIN',
  'EAI_FAIL',
  'EAI_NODATA',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'EMFILE',
  'ENETDOWN',
  'ENETRESET',
  'ENETUNREACH',
  'ENFILE',
  'ENOBUFS',
  'ENOTCONN',
  'ENOTFOUND',
  'EPIPE',
  'EPROTO',
  'ETIMEDOUT',
])

/** A certificate or a handshake: https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const TLS = /^(ERR_TLS_|ERR_SSL_|CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_MISMATCH|INVALID_CA)/

/** Prefixes of the connection errors of pg, pg-pool and pg-protocol, with the code that we log. */
export const DRIVER_MESSAGES: [start: string, code: string][] = [
  ['Connection terminated due to connection timeout', 'connect_timeout'],
  ['timeout exceeded when trying to connect', 'connect_timeout'],
  ['timeout expired', 'connect_timeout'],
  ['Connection terminated', 'connection_terminated'],
  ['Client has encountered a connection error', 'connection_terminated'],
  ['Client was closed', 'connection_terminated'],
  ['Query read timeout', 'query_timeout'],
  ['Cannot use a pool after calling end', 'pool_closed'],
  ['The server does not support SSL', 'no_tls'],
  ['There was an error establishing an SSL', 'no_tls'],
  ['SASL: ', 'authentication_failed'],
  ['Received unexpected ', 'protocol_error'],
  ['received invalid response', 'protocol_error'],
  ['Unknown authenticationOk message type', 'protocol_error'],
]

/**
 * The code of a connection error; undefined for any other error. Our own errors about another server, such as the object
 * store, may have the same codes, but say nothing about Postgres.
 */
export function connectionCode(error: unknown): string | undefined {
  if (!isNativeError(error) || error instanceof SluiceError) return undefined
  const { code, syscall, message } = error as Error & { code?: unknown; syscall?: unknown }
  if (typeof code !== 'string') return DRIVER_MESSAGES.find(([start]) => message.startsWith(start))?.[1]
  const isConnecting = syscall === 'connect' || message.includes(`connect ${code} `) // Prisma keeps only the message
  return ERRNO.has(code) || TLS.test(code) || isConnecting ? code : undefined
}
