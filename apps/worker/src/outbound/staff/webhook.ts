import type { EmailContent } from '@sluice/emails'
import { SluiceError } from '@sluice/events'
import { createCircuit } from '../circuit.ts'
import { ConfigurationError, tlsErrorOf } from '../configuration-error.ts'
import { waitCauseOf } from '../http-status.ts'
import { retryAfterMs } from '../retry-after.ts'
import { UnreachableError, waitForErrno } from '../unreachable.ts'
import type { WebhookFormat } from './formats/format.ts'

/** An incoming webhook of a chat service. */
export interface StaffWebhook {
  /** Its host. The rest of the URL is a secret, which no error names. */
  host: string
  /**
   * Posts a message. The services have no idempotency key, so a repeat is a second message.
   *
   * @throws {UnreachableError} when the service does not answer, is down, or asks to wait.
   * @throws {StaffWebhookError} when it rejects the message or the URL.
   */
  post(content: EmailContent): Promise<void>
}

/** The service rejected the message, or cannot be talked to. `code` is `webhook_<status>`, or that of the connection. */
export class StaffWebhookError extends SluiceError {
  override readonly name = 'StaffWebhookError'
}

export interface StaffWebhookOptions {
  url: URL
  format: WebhookFormat
  timeoutMs: number
}

export function createStaffWebhook({ url, format, timeoutMs }: StaffWebhookOptions): StaffWebhook {
  const { bodyOf, urlOf = (webhook) => webhook, statusOf = (status) => status } = format
  const circuit = createCircuit({ firstMs: Math.min(2_000, timeoutMs) })

  async function send(content: EmailContent): Promise<void> {
    const { headers, ...answer } = await request(urlOf(url), bodyOf(content), timeoutMs)
    const status = statusOf(answer.status, answer.body)
    if (status < 200 || status >= 300) throw errorOfStatus(status, retryAfterMs(headers.get('retry-after')))
  }

  return {
    host: url.hostname,
    post: (content) => circuit.run(() => send(content)),
  }
}

/** An incoming webhook that is gone or forbidden is a wrong setting. */
const WRONG_URL = new Set([401, 403, 404, 405, 410])

function errorOfStatus(status: number, retryMs: number | undefined): Error {
  const code = `webhook_${status}`
  const cause = waitCauseOf(status)
  if (cause) return new UnreachableError(code, { cause, retryAfterMs: retryMs })
  if (WRONG_URL.has(status)) return new ConfigurationError(code, 'the service does not know STAFF_WEBHOOK_URL')
  return new StaffWebhookError(code)
}

async function request(url: URL, body: object, timeoutMs: number) {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    })
    return { status: response.status, headers: response.headers, body: await response.text() }
  } catch (error) {
    throw errorOf(error)
  }
}

/** Keeps only a code: the text of an error may contain the URL. */
function errorOf(error: unknown): Error {
  const { name, cause } = error as { name?: unknown; cause?: { code?: unknown } }
  if (name === 'TimeoutError') return new UnreachableError('ETIMEDOUT')
  const code = typeof cause?.code === 'string' ? cause.code : 'webhook_failed'
  const wait = code.startsWith('UND_ERR_') ? new UnreachableError(code) : waitForErrno(cause)
  return wait ?? tlsErrorOf(code, 'webhook', 'STAFF_WEBHOOK_URL') ?? new StaffWebhookError(code)
}
