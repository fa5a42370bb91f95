import { randomUUID } from 'node:crypto'
import {
  acknowledge,
  type HostData,
  loadHostData,
  makeRefusedDue,
  nextMessages,
  nextVersion,
  type PendingMessage,
  postpone,
  recordEndpoint,
  releaseLease,
  skipMessage,
  takeLease,
} from '@sluice/database/host'
import { describeSkip, type SkipReason, skip } from '@sluice/events'
import { createPoster } from '@sluice/host-webhook'
import { crashPoint } from '@sluice/runtime/crash-point'
import { reasonOf } from '@sluice/runtime/logger'
import { metrics } from '@sluice/runtime/metrics'
import { countEffect } from '../effects/run/handle-failure.ts'
import { gatherAcknowledgements } from './acknowledgements.ts'
import type { Endpoint } from './endpoint.ts'
import { CONNECTIONS, LEASE_MS, LINK_SECONDS, POLL_MS } from './limits.ts'
import { createHostOutage } from './outage.ts'
import { createRefusals } from './refusals.ts'
import type { DeliveryTools } from './tools.ts'
import { createWaker } from './waker.ts'

export interface Delivery {
  endpoint: Endpoint
  /** Sends nothing more, and resolves when what is being sent has ended. */
  stop(): Promise<void>
}

/** Longest pause before it is looked again whether something is ready that a message is about, in seconds. */
const READY_SECONDS_MAX = 60

/** The event that names the user of a customer may come a moment later than one about a payment. */
const isUnlinked = ({ payload, ageSeconds }: PendingMessage, data: HostData['data']): boolean =>
  ageSeconds < LINK_SECONDS &&
  payload.type !== 'customer.linked' &&
  data['userId'] === null &&
  data['customerId'] !== null

/**
 * Sends the messages of the outbox to one URL, in the order in which they were written, a bounded number at a time.
 * Of all workers the one with the lease does so. A message that is sent twice, because a worker died in between or lost
 * its lease, has the same id.
 */
export function startDelivery(endpoint: Endpoint, tools: DeliveryTools): Delivery {
  const { pool, throttledLog, logger } = tools
  const worker = randomUUID()
  const poster = createPoster(endpoint.url, { timeoutMs: tools.timeoutMs, connections: CONNECTIONS })
  const outage = createHostOutage()
  const refusals = createRefusals(endpoint, outage, tools)
  const waker = createWaker()
  const underWay = new Map<string, Promise<void>>()
  let sending = 0
  let leaseUntil = 0
  let stopped = false
  const failed = (error: unknown) =>
    throttledLog.warn('Messages to the host wait', { endpoint: endpoint.name, reason: reasonOf(error) })
  const acknowledgements = gatherAcknowledgements(
    (ids) => acknowledge(pool, endpoint.key, ids, tools.endpoints()),
    failed,
    () => stopped,
  )

  async function hasLease(): Promise<boolean> {
    const now = performance.now()
    if (now < leaseUntil) return true
    if (!(await takeLease(pool, endpoint.key, endpoint.name, worker))) return false
    leaseUntil = now + LEASE_MS
    return true
  }

  async function run(): Promise<void> {
    while (!stopped) {
      try {
        if (!(await hasLease())) await waker.sleep(LEASE_MS)
        else if ((await sendNext()) === 0) await waker.sleep(POLL_MS)
      } catch (error) {
        failed(error)
        await waker.sleep(LEASE_MS)
      }
    }
  }

  /** @returns the number of messages that were begun */
  async function sendNext(): Promise<number> {
    const wanted = outage.places(sending)
    if (wanted <= 0) return 0
    const messages = await nextMessages(pool, endpoint.key, wanted, [...underWay.keys()])
    outage.took(messages.length, wanted)
    if (messages.length === 0) return 0
    const version = await nextVersion(pool, endpoint.key, worker)
    if (version === undefined) {
      leaseUntil = 0
      return 0
    }
    const data = await loadHostData(pool, messages)
    for (const message of messages) begin(message, data.get(message.id), version)
    return messages.length
  }

  function begin(message: PendingMessage, data: HostData | undefined, version: number): void {
    const work = settle(message, data, version)
      .catch(failed)
      .finally(() => {
        underWay.delete(message.id)
        waker.wake()
      })
    underWay.set(message.id, work)
  }

  async function settle(message: PendingMessage, found: HostData | undefined, version: number): Promise<void> {
    if (!found) return skipIt(message, 'missing')
    if (found.obsolete !== undefined) return skipIt(message, 'obsolete', found.obsolete)
    if (found.waits || isUnlinked(message, found.data))
      return postpone(pool, message.id, endpoint.key, Math.min(READY_SECONDS_MAX, 0.5 + message.ageSeconds / 4))
    return send(message, { version, ...found.data })
  }

  async function send(message: PendingMessage, data: Record<string, unknown>): Promise<void> {
    const { type } = message.payload
    const body = JSON.stringify({ type, timestamp: message.occurredAt.toISOString(), data })
    sending += 1
    const answer = await poster.post({ id: message.key, body }, tools.secrets).finally(() => {
      sending -= 1
    })
    if (!answer.isAcknowledged) return refusals.handle(message, answer)
    crashPoint('after_effect_call')
    const over = outage.succeeded()
    waker.wake()
    if (over !== undefined) await recovered(over)
    await acknowledgements.add(message.id)
    countEffect('host.message', 'done')
    metrics.hostMessages.inc({ type, outcome: 'delivered' })
    logger.debug('Message delivered to the host', { type, effectKey: message.key, outcome: 'done' })
  }

  async function recovered(seconds: number): Promise<void> {
    logger.info('Host takes messages again', { endpoint: endpoint.name })
    await recordEndpoint(pool, endpoint.key, null)
    await makeRefusedDue(pool, endpoint.key, seconds)
  }

  async function skipIt({ id, payload: { type }, key }: PendingMessage, reason: SkipReason, detail?: string) {
    await skipMessage(pool, id, describeSkip(skip(reason, detail)))
    countEffect('host.message', 'skipped', reason)
    metrics.hostMessages.inc({ type, outcome: 'skipped' })
    logger.info('Effect skipped', { type: 'host.message', effectKey: key, outcome: 'skipped', reason })
  }

  const running = run()

  return {
    endpoint,
    async stop() {
      stopped = true
      waker.wake()
      await running
      await Promise.all(underWay.values())
      await releaseLease(pool, endpoint.key, worker).catch(() => {}) // it ends by itself
      poster.close()
    },
  }
}
