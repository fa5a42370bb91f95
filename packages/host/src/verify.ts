import { Webhook, WebhookVerificationError } from 'standardwebhooks'
import type { Message } from './messages.ts'
import { VerificationError, type VerificationFailure } from './verification-error.ts'

/** The body as it came, before any parsing. */
export type Body = string | Uint8Array | ArrayBuffer

/** `Headers` of the Fetch API, or an object as Node has it in `request.headers`. */
export type MessageHeaders =
  | { get(name: string): string | null }
  | { readonly [name: string]: string | readonly string[] | undefined }

/** A message, and the id by which a repeated one is known. */
export type ReceivedMessage = Message & { id: string }

const HEADERS = ['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const

/**
 * Checks that Sluice sent this request, as Standard Webhooks specify, and returns its message.
 *
 * @param secret the value of `HOST_WEBHOOK_SECRET`. Several while one is replaced: a list, or separated by commas.
 * @throws VerificationError whose `failure` and message say what is wrong.
 * @throws TypeError if the body is already parsed, or there is no secret.
 */
export function verify(body: Body, headers: MessageHeaders, secret: string | readonly string[]): ReceivedMessage {
  const text = textOf(body)
  const sent = sentHeaders(headers)
  for (const webhook of webhooksOf(secret)) {
    if (isSignedBy(webhook, text, sent)) return { ...parse(text), id: sent['webhook-id'] }
  }
  throw failure(
    'wrong_signature',
    'The signature is wrong: the secret is not that of Sluice, or the body is not exactly as it was sent.',
  )
}

function textOf(body: Body): string {
  if (typeof body === 'string') return body
  if (ArrayBuffer.isView(body) || body instanceof ArrayBuffer) return new TextDecoder().decode(body)
  throw new TypeError(
    'verify needs the body before it is parsed: await request.text(), or express.raw({ type: () => true }).',
  )
}

type SentHeaders = Record<(typeof HEADERS)[number], string>

function sentHeaders(headers: MessageHeaders): SentHeaders {
  const found = HEADERS.map((name) => [name, headerOf(headers, name)] as const)
  const missing = found.filter(([, value]) => !value).map(([name]) => name)
  if (missing.length === 0) return Object.fromEntries(found) as SentHeaders
  throw failure('missing_header', `The request has no header ${missing.join(', ')}: Sluice did not send it.`)
}

function headerOf(headers: MessageHeaders, name: string): string | undefined {
  if (typeof headers.get === 'function') return headers.get(name) ?? undefined
  const entry = Object.entries(headers).find(([key]) => key.toLowerCase() === name)
  const value: unknown = Array.isArray(entry?.[1]) ? entry[1][0] : entry?.[1]
  return typeof value === 'string' ? value : undefined
}

function webhooksOf(secret: string | readonly string[]): Webhook[] {
  const secrets = [secret ?? []].flat().flatMap((one) => one.split(','))
  const webhooks = secrets
    .map((one) => one.trim())
    .filter(Boolean)
    .map(open)
  if (webhooks.length > 0) return webhooks
  throw new TypeError('verify needs a secret: the value of HOST_WEBHOOK_SECRET.')
}

function open(secret: string): Webhook {
  try {
    return new Webhook(secret)
  } catch {
    throw new TypeError('A secret must be whsec_ and base64, as HOST_WEBHOOK_SECRET of Sluice has it.')
  }
}

const CLOCK = 'a message that was kept back and sent again, or a clock that is wrong'

/** The words of the library, which has no codes. */
const FAILURES: Record<string, [VerificationFailure, string]> = {
  'Message timestamp too old': ['too_old', `The message is more than five minutes old: ${CLOCK}.`],
  'Message timestamp too new': ['too_new', `The message is more than five minutes in the future: ${CLOCK}.`],
}

/** @throws VerificationError for reasons that no other secret can change. */
function isSignedBy(webhook: Webhook, text: string, headers: SentHeaders): boolean {
  try {
    webhook.verify(text, headers, { jsonParse: false })
    return true
  } catch (error) {
    if (!(error instanceof WebhookVerificationError)) throw error
    const known = FAILURES[error.message]
    if (known) throw failure(...known)
    return false
  }
}

function parse(text: string): Message {
  try {
    return JSON.parse(text) as Message
  } catch {
    throw failure('not_json', 'The message is signed and is not JSON.')
  }
}

const failure = (kind: VerificationFailure, message: string): VerificationError => new VerificationError(kind, message)
