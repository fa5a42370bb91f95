import { randomUUID } from 'node:crypto'
import {
  acknowledge,
  finishUnchanged,
  loadHostData,
  makeRefusedDue,
  nextMessages,
  nextVersion,
  type PendingMessage,
  postpone,
  readAnnouncements,
  recordEndpoint,
  recordSending,
  releaseLease,
  skipMessage,
  takeLease,
  thingOf,
} from '@sluice/database/host'
import { describeSkip, type SkipReason, skip } from '@sluice/events'
import { createPoster } from '@sluice/host-webhook'
import { crashPoint } from '@sluice/runtime/crash-point'
import { reasonOf } from '@sluice/runtime/logger'
import { metrics } from '@sluice/runtime/metrics'
import { countEffect } from '../effects/run/handle-failure.ts'
import { gatherAcknowledgements } from './acknowledgements.ts'
import type { Endpoint } from './endpoint.ts'
import { CONNECTIONS, LEASE_MS, LOOKAHEAD, POLL_MS } from './limits.ts'
import { createHostOutage } from './outage.ts'
import { type Plan, planMessages, type Sending, thingsOfMoney } from './plan.ts'
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

/** For people who look at the outbox. */
const UNCHANGED = describeSkip(skip('obsolete', 'the host knows it from another message'))

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
  const underWay = new Map<PendingMessage, Promise<void>>()
  let sending = 0
  let leaseUntil = 0
  let stopped = false
  const failed = (error: unknown) =>
    throttledLog.warn('Messages to the host wait', { endpoint: endpoint.name, reason: reasonOf(error) })
  const acknowledgements = gatherAcknowledgements(
    (messages) => acknowledge(pool, endpoint.key, messages, tools.endpoints()),
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

  /** @returns the number of messages that something was done with */
  async function sendNext(): Promise<number> {
    const places = tools.isPaused() ? 0 : outage.places(sending)
    if (places <= 0) return 0
    const current = [...underWay.keys()]
    const ids = current.map(({ id }) => id)
    const things = current.flatMap((message) => thingOf(message) ?? [])
    const wanted = places * LOOKAHEAD
    const messages = await nextMessages(pool, endpoint.key, wanted, ids, things)
    const version = messages.length > 0 ? await nextVersion(pool, endpoint.key, worker) : undefined
    if (version === undefined) {
      if (messages.length > 0) leaseUntil = 0
      else outage.took(0, true)
      return 0
    }
    const plan = await planOf(messages, places)
    outage.took(plan.send.length, messages.length < wanted && plan.send.length < places)
    const announcements = plan.send.flatMap(({ announcement }) => announcement ?? [])
    await recordSending(pool, endpoint.key, announcements)
    for (const one of plan.send) begin(one, version)
    await finish(plan)
    return plan.send.length + plan.postpone.length + plan.unchanged.length + plan.obsolete.length
  }

  async function planOf(messages: PendingMessage[], places: number): Promise<Plan> {
    const found = await loadHostData(pool, messages)
    const things = messages.flatMap((message) => [
      ...[thingOf(message) ?? []].flat(),
      ...thingsOfMoney(message, found.get(message.id)?.sameMoney ?? []),
    ])
    return planMessages(messages, places, found, await readAnnouncements(pool, endpoint.key, things))
  }

  function begin({ message, data }: Sending, version: number): void {
    const work = send(message, { version, ...data })
      .catch(failed)
      .finally(() => {
        underWay.delete(message)
        waker.wake()
      })
    underWay.set(message, work)
  }

  async function finish({ postpone: later, unchanged, obsolete }: Plan): Promise<void> {
    for (const { id, ageSeconds } of later)
      await postpone(pool, id, endpoint.key, Math.min(READY_SECONDS_MAX, 0.5 + ageSeconds / 4))
    for (const { message, why } of obsolete) {
      const reason = why === undefined ? 'missing' : 'obsolete'
      await skipMessage(pool, message.id, describeSkip(skip(reason, why)))
      countSkipped(message, reason)
    }
    if (unchanged.length === 0) return
    const ids = unchanged.map(({ id }) => id)
    await finishUnchanged(pool, endpoint.key, ids, { endpoints: tools.endpoints(), reason: UNCHANGED })
    for (const message of unchanged) countSkipped(message, 'obsolete')
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
    await acknowledgements.add(message)
    countEffect('host.message', 'done')
    metrics.hostMessages.inc({ type, outcome: 'delivered' })
    logger.debug('Message delivered to the host', { type, effectKey: message.key, outcome: 'done' })
  }

  async function recovered(seconds: number): Promise<void> {
    logger.info('Host takes messages again', { endpoint: endpoint.name })
    await recordEndpoint(pool, endpoint.key, null)
    await makeRefusedDue(pool, endpoint.key, seconds)
  }

  function countSkipped({ key, payload: { type } }: PendingMessage, reason: SkipReason): void {
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
