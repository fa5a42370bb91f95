import { SluiceError } from '@sluice/events'
import { DeadlineError } from '@sluice/runtime/deadline'
import { connectionCode, UnreachableError } from '../unreachable.ts'

/** The mail server rejected the message, or it cannot be sent at all. `code` is `smtp_<status>` or `mail_<cause>`. */
export class MailError extends SluiceError {
  override readonly name = 'MailError'
}

/**
 * "Service not available, closing transmission channel" (RFC 5321, 4.2.3): the server is shutting down and has not
 * rejected the message.
 */
const CLOSING = 421

/** Nodemailer's codes for a connection that failed, broke or timed out. */
const CONNECTION = new Set(['ECONNECTION', 'ETIMEDOUT', 'ESOCKET', 'EDNS', 'EPROTOCOL'])

/** Keeps only the code of the server's answer: the text may quote addresses. */
export function mailErrorOf(error: unknown): Error {
  if (error instanceof DeadlineError) return new UnreachableError('ETIMEDOUT')
  const { responseCode, code } = error as { responseCode?: unknown; code?: unknown }
  if (responseCode === CLOSING) return new UnreachableError('smtp_421')
  if (typeof responseCode === 'number') return new MailError(`smtp_${responseCode}`)
  const errno = connectionCode(error)
  if (errno !== undefined) return new UnreachableError(errno)
  if (typeof code === 'string' && CONNECTION.has(code)) return new UnreachableError(code)
  return new MailError(typeof code === 'string' && /^E[A-Z]+$/.test(code) ? `mail_${code}` : 'mail_failed')
}
