import type { Cause } from '@sluice/database/dead-letters'
import { oldMessages, type PendingMessage, recordEndpoint, recordRefusal } from '@sluice/database/host'
import { recordEffectFailure } from '@sluice/database/outbox'
import { type Answer, explainAnswer } from '@sluice/host-webhook'
import { backoffMs } from '@sluice/queue'
import { metrics } from '@sluice/runtime/metrics'
import { countEffect } from '../effects/run/handle-failure.ts'
import { retryAfterMs } from '../outbound/retry-after.ts'
import type { Endpoint } from './endpoint.ts'
import { ATTEMPTS_MIN, BACKOFF_FACTOR, HOPELESS_MS, RETRIED_SECONDS } from './limits.ts'
import type { HostOutage } from './outage.ts'
import type { DeliveryTools } from './tools.ts'

/** Dead letters that one failed try of a URL may make, so that the next try need not wait. */
const DEAD_AT_ONCE = 500

export interface Refusals {
  /** Retries the message after a pause that grows, or makes it a dead letter once it was retried for days. */
  handle(message: PendingMessage, answer: Answer): Promise<void>
}

/** Statuses by which a host says that it cannot take messages now: with Retry-After they are an outage at once. */
const ASKS_TO_WAIT = new Set([429, 503])

/** Nobody listens there, or not with a certificate that verifies: no message has reached the host. */
const UNSERVED =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTDOWN|EHOSTUNREACH|ENETUNREACH|EPROTO|(CERT|UNABLE_TO|SELF_SIGNED|DEPTH_ZERO|INVALID|HOSTNAME|ERR_TLS|ERR_SSL)_)/

/** Handles messages that a URL did not acknowledge. */
export function createRefusals(endpoint: Endpoint, outage: HostOutage, tools: DeliveryTools): Refusals {
  const { pool, logger, throttledLog, backoffFirstMs, backoffMaxMs } = tools

  return {
    async handle(message, { code, status, retryAfter }) {
      const asked = ASKS_TO_WAIT.has(status ?? 0) ? retryAfterMs(retryAfter ?? null) : undefined
      const isOfUrl = status === null && UNSERVED.test(code)
      await note(code, outage.failed(isOfUrl, asked))
      if (isOfUrl) return // it is still the next one
      const attempt = message.attempts + 1
      const { type } = message.payload
      const why = { reason: code, hint: explainAnswer(code) }
      throttledLog.warn('Host did not take a message', { endpoint: endpoint.name, type, attempt, ...why })
      if (message.ageSeconds >= RETRIED_SECONDS && attempt >= ATTEMPTS_MIN)
        await endAsDeadLetter(message.id, code, type)
      else {
        const seconds = backoffMs(attempt, backoffFirstMs, backoffMaxMs * BACKOFF_FACTOR) / 1_000
        await recordRefusal(pool, message.id, endpoint.key, { error: `${code}: ${endpoint.name}`, seconds })
        countEffect('host.message', 'retry')
        metrics.hostMessages.inc({ type, outcome: 'refused' })
      }
    },
  }

  async function note(code: string, hasBegun: boolean): Promise<void> {
    const lastsMs = outage.lastsMs()
    if (lastsMs === undefined) return
    if (hasBegun)
      logger.warn('Host takes no messages', { endpoint: endpoint.name, reason: code, hint: explainAnswer(code) })
    await recordEndpoint(pool, endpoint.key, code)
    if (lastsMs < HOPELESS_MS) return
    for (const id of await oldMessages(pool, endpoint.key, RETRIED_SECONDS, DEAD_AT_ONCE))
      await endAsDeadLetter(id, code, 'other')
  }

  async function endAsDeadLetter(id: string, code: string, type: string): Promise<void> {
    const message = `${endpoint.name} did not take the message for three days: ${explainAnswer(code)}`
    const cause: Cause = { code, message }
    await recordEffectFailure(pool, id, cause, 0)
    logger.warn('Effect failed', { type: 'host.message', outcome: 'dead_letter', reason: code })
    countEffect('host.message', 'dead_letter')
    metrics.hostMessages.inc({ type, outcome: 'dead_letter' })
    await tools.noteDeadLetter(id, code).catch(() => {}) // Postgres has the record
  }
}
