import { SluiceError } from '@sluice/events'
import { DeadlineError } from '@sluice/runtime'
import { connectionCode, UnreachableError } from '../unreachable.ts'

/** The mail server answered, and refused; or the message can never be sent. `code` is `smtp_<answer>` or `mail_<cause>`. */
export class MailError extends SluiceError {
  override readonly name = 'MailError'
}

/** "Service not available, closing transmission channel" (RFC 5321, 4.2.3): the server is going away, nothing is refused. */
const CLOSING = 421

/** What nodemailer calls a connection that could not be made, broke, or stood still. */
const CONNECTION = new Set(['ECONNECTION', 'ETIMEDOUT', 'ESOCKET', 'EDNS', 'EPROTOCOL'])

/** Keeps of what a mail server said the code alone: the text may quote addresses. */
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
