import type { EmailContent } from '@sluice/emails'
import { SluiceError } from '@sluice/events'
import { connectionCode, UnreachableError } from '../unreachable.ts'
import type { WebhookFormat } from './formats/format.ts'
import { retryAfterMs } from './retry-after.ts'

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
  let waitsUntil = 0

  return {
    host: url.hostname,
    async post(content) {
      const waitMs = waitsUntil - Date.now()
      if (waitMs > 0) throw new UnreachableError('webhook_429', waitMs)
      const { headers, ...answer } = await request(urlOf(url), bodyOf(content), timeoutMs)
      const status = statusOf(answer.status, answer.body)
      if (status >= 200 && status < 300) return
      const retryMs = retryAfterMs(headers.get('retry-after'))
      if (status === 429) waitsUntil = Date.now() + (retryMs ?? 0)
      if (status === 408 || status === 429 || status >= 500) throw new UnreachableError(`webhook_${status}`, retryMs)
      throw new StaffWebhookError(`webhook_${status}`)
    },
  }
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
  const isConnection = connectionCode(cause) !== undefined || code.startsWith('UND_ERR_')
  return isConnection ? new UnreachableError(code) : new StaffWebhookError(code)
}
