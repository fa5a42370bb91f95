import { SluiceError } from '@sluice/events'
import { ConfigurationError, tlsErrorOf } from '../configuration-error.ts'
import { UnreachableError, waitForErrno } from '../unreachable.ts'
import { DeliveryUnknownError } from './delivery-unknown-error.ts'

/** The mail server rejected the message, or it cannot be sent at all. `code` is `smtp_<status>` or `mail_<cause>`. */
export class MailError extends SluiceError {
  override readonly name = 'MailError'
}

/** Greylisting lasts minutes, a full mailbox a day; senders give up after one to five days (RFC 5321, 4.5.4.1). */
const DEFERRED_MAX_MS = 24 * 3_600_000

/** The details of a failure in Nodemailer's errors. https://nodemailer.com/errors */
interface Failure {
  /** The reply code of the server. */
  responseCode?: unknown
  /** The command that was answered; `CONN` where the connection itself failed. */
  command?: unknown
  code?: unknown
  /** That of Node, which Nodemailer replaced by its own. */
  originalCode?: unknown
  name?: unknown
}

/**
 * The error as an effect reports it. Keeps only codes: the text may quote addresses.
 *
 * @param isMessageSent whether the server got a part of the message, so that it may have been delivered
 */
export function mailErrorOf(error: unknown, isMessageSent: boolean): Error {
  const failure = error as Failure
  const status = typeof failure.responseCode === 'number' ? failure.responseCode : undefined
  if (isWithoutStartTls(failure)) return new ConfigurationError('mail_no_starttls', NO_STARTTLS)
  if (status !== undefined) return errorOfReply(status, String(failure.command ?? ''))
  if (isMessageSent) return new DeliveryUnknownError(codeOf(failure))
  return errorOfConnection(failure)
}

/** 4xx means later, 5xx means no: for one recipient, or for everything if the server says so before one is named. */
function errorOfReply(status: number, command: string): Error {
  const code = `smtp_${status}`
  const isOfMessage = /^(RCPT TO|DATA)/.test(command)
  if (status === 421) return new UnreachableError(code, { cause: 'unavailable' })
  if (/^AUTH/.test(command))
    return new UnreachableError(code, { cause: status < 500 ? 'unavailable' : 'access_denied' })
  if (status < 500)
    return isOfMessage
      ? new UnreachableError(code, { cause: 'deferred', limitMs: DEFERRED_MAX_MS })
      : new UnreachableError(code, { cause: 'unavailable' })
  if (isOfMessage || status === 503) return new MailError(code)
  if (/^MAIL FROM/.test(command))
    return new ConfigurationError(code, 'the mail server does not take this sender: may SMTP_URL send as MAIL_FROM?')
  return new UnreachableError(code, { cause: 'access_denied' })
}

function errorOfConnection(failure: Failure): Error {
  const { code, originalCode } = failure
  if (isTimeout(failure)) return new UnreachableError('ETIMEDOUT')
  if (code === 'EAUTH') return new UnreachableError('mail_EAUTH', { cause: 'access_denied' })
  const tls = tlsErrorOf(originalCode ?? code, 'mail', 'SMTP_URL')
  if (tls) return tls
  const wait = waitForErrno({ code: originalCode }) ?? waitForErrno(failure)
  if (wait) return wait
  if (isOfConnection(failure)) return new UnreachableError(codeOf(failure))
  return new MailError(/^E[A-Z]+$/.test(codeOf(failure)) ? `mail_${codeOf(failure)}` : 'mail_failed')
}

const NO_STARTTLS =
  'the mail server offers no STARTTLS, and the login of SMTP_URL is not sent in clear: use smtps://, a server with STARTTLS, or a URL without a login'

/** The server refused to encrypt for good; 4xx is for now. */
const isWithoutStartTls = ({ code, command, responseCode }: Failure): boolean =>
  code === 'ETLS' && command === 'STARTTLS' && typeof responseCode === 'number' && responseCode >= 500

const isTimeout = ({ name }: Failure): boolean =>
  name === 'AbortError' || name === 'TimeoutError' || name === 'DeadlineError'

/** Nodemailer's codes for a connection that failed, broke or timed out. */
const CONNECTION = new Set(['ECONNECTION', 'ETIMEDOUT', 'ESOCKET', 'EDNS', 'EPROTOCOL', 'EPROXY', 'ETLS'])

const isOfConnection = ({ code }: Failure): boolean => CONNECTION.has(String(code))

/** Only codes in capitals: other values could be a text. */
function codeOf(failure: Failure): string {
  const { code } = failure
  if (isTimeout(failure)) return 'ETIMEDOUT'
  return typeof code === 'string' && /^[A-Z_]+$/.test(code) ? code : 'unknown'
}
