import type { IncomingMessage, ServerResponse } from 'node:http'
import { RefusalError, type VerifiedEvent } from '@sluice/events'
import type { Provider } from '@sluice/providers'
import { inNewTrace } from '@sluice/runtime/tracing'
import { addressList } from './address-list.ts'
import { answer, refusalHeaders } from './answer.ts'
import type { Body, BodyBudget } from './body-budget.ts'
import { checkHeaders, checkSender, clientAddress, clientName } from './check-request.ts'
import type { Connections } from './connections.ts'
import type { Ingest } from './context.ts'
import { createDeliveryNotes } from './note-delivery.ts'
import type { RateLimit } from './rate-limit.ts'
import { checkLength, readBody } from './read-body.ts'
import type { Recorded } from './record.ts'
import { createReport } from './report.ts'

export interface WebhookParts extends Pick<Ingest, 'settings' | 'logger' | 'deliveries' | 'verified'> {
  record: (event: VerifiedEvent) => Promise<Recorded>
  rateLimit: RateLimit
  budget: BodyBudget
  connections: Pick<Connections, 'protect' | 'unprotect'>
}

/** A refusal with the number of seconds to wait before a retry. */
class TooManyRequestsError extends RefusalError {
  readonly seconds: number

  constructor(seconds: number) {
    super('rate_limited', 'rate_limited')
    this.seconds = seconds
  }
}

/** The body of a request, once it is read. */
interface Read {
  body: Buffer | null
}

export type Handle = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** Handles one provider's webhooks: checks the sender, reads, verifies, records, answers. */
export function webhook(provider: Provider, parts: WebhookParts): Handle {
  const { settings, logger, record, rateLimit, budget, connections, deliveries, verified } = parts
  const secrets = settings.secrets[provider.name] ?? []
  const allowedAddresses = settings.allowedAddresses[provider.name] ?? []
  const allowed = allowedAddresses.length > 0 ? addressList(allowedAddresses) : null
  const allowUnsigned = provider.mayBeUnsigned && !settings.production
  const unsigned = allowUnsigned && secrets.length === 0
  const report = createReport(provider, logger)
  const notes = createDeliveryNotes(provider.name, deliveries, settings.trustProxy)

  async function receive(request: IncomingMessage, share: Body, read: Read): Promise<VerifiedEvent> {
    checkSender(request, allowed, settings.trustProxy)
    if (secrets.length === 0 && !unsigned) throw new RefusalError('not_configured', 'no_secret')
    if (settings.rateLimitScope === 'all') await count(request)
    const { toleranceSeconds } = settings
    checkLength(request, provider.maxBodyBytes)
    checkHeaders(request, provider, { unsigned, toleranceSeconds })
    const body = await readBody(request, { maxBytes: provider.maxBodyBytes, budget, share })
    read.body = body
    return provider.verify({ headers: request.headers, body }, secrets, { toleranceSeconds, allowUnsigned })
  }

  async function count(request: IncomingMessage): Promise<void> {
    const seconds = await rateLimit(clientAddress(request, settings.trustProxy))
    if (seconds !== null) throw new TooManyRequestsError(seconds)
  }

  /**
   * Counts only failed verifications, so that a valid request is never refused because of other requests from its
   * address.
   */
  async function countFailure(request: IncomingMessage, error: unknown): Promise<never> {
    const failed = error instanceof RefusalError && error.code === 'invalid_signature'
    if (failed && settings.rateLimitScope === 'rejected') await count(request)
    throw error
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const done = report.start()
    const share = budget.open(clientName(request, settings.trustProxy))
    const read: Read = { body: null }
    try {
      const event = await receive(request, share, read).catch((error) => countFailure(request, error))
      if (!unsigned) verified(provider.name)
      connections.protect(request.socket)
      const { duplicate } = await record(event)
      const tookMs = done.accepted(event, duplicate, unsigned)
      answer(request, response, 200, { received: true, duplicate })
      if (duplicate) notes.repeated(request, event, tookMs)
    } catch (error) {
      const refusal = error instanceof RefusalError ? error : report.unexpected(error)
      const tookMs = done.refused(refusal)
      const retry =
        refusal instanceof TooManyRequestsError ? { 'Retry-After': refusal.seconds } : refusalHeaders(refusal)
      answer(request, response, refusal.status, { error: refusal.code }, retry)
      notes.refused(request, refusal, read.body, tookMs)
    } finally {
      budget.release(share)
      connections.unprotect(request.socket)
    }
  }

  return (request, response) =>
    inNewTrace(`${request.method} /webhooks/:provider`, { provider: provider.name }, () => handle(request, response))
}
