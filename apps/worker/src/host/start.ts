import { finishAcknowledged, GONE_SECONDS, listListeners, skipUnwanted } from '@sluice/database/host'
import type { Pool } from '@sluice/database/pool'
import { describeSkip, skip } from '@sluice/events'
import type { Producer } from '@sluice/queue'
import { type Logger, reasonOf, type ThrottledLogger } from '@sluice/runtime/logger'
import type { Environment } from '../environment.ts'
import { repeat } from '../schedules/repeat.ts'
import { type Delivery, startDelivery } from './deliver.ts'
import { type Endpoint, endpointOf, listenerOf } from './endpoint.ts'
import { LISTENERS_MS, TIDY_MS, TIMEOUT_MS } from './limits.ts'
import type { DeliveryTools } from './tools.ts'

interface Stores {
  pool: Pool
  producer: Producer
  logger: Logger
  throttledLog: ThrottledLogger
}

export interface HostDelivery {
  /** Sends nothing more, and resolves when what is being sent has ended. */
  stop(): Promise<void>
}

const UNWANTED = describeSkip(skip('switched_off', 'HOST_WEBHOOK_URL is not set'))

/**
 * Sends messages to each URL of the host application, and to `sluice listen` while it runs. No URL waits for another.
 *
 * @param rules `notifiesHost` becomes whether anybody wants messages, so that commits write none without need
 */
export function startHostDelivery(env: Environment, stores: Stores, rules: { notifiesHost?: boolean }): HostDelivery {
  const { pool, throttledLog } = stores
  const configured = env.HOST_WEBHOOK_URL.map(endpointOf)
  const deliveries = new Map<string, Delivery>()
  let isPaused = false
  const tools = { ...toolsOf(env, stores, () => [...deliveries.keys()]), isPaused: () => isPaused }
  let tidiedAt = Number.NEGATIVE_INFINITY

  async function look(): Promise<void> {
    // While the queue is out, nobody can pause or resume it.
    isPaused = await stores.producer.areEffectsPaused().catch(() => isPaused)
    await serve([...configured, ...(await listeners())])
    if (performance.now() - tidiedAt < TIDY_MS) return
    tidiedAt = performance.now()
    if (deliveries.size > 0) await finishAcknowledged(pool, [...deliveries.keys()])
    else await skipUnwanted(pool, GONE_SECONDS, UNWANTED)
  }

  /** A command that listens is for development, and needs signed messages like every host. */
  async function listeners(): Promise<Endpoint[]> {
    if (env.NODE_ENV === 'production' || env.HOST_WEBHOOK_SECRET.length === 0) return []
    return (await listListeners(pool)).flatMap((listener) => listenerOf(listener) ?? [])
  }

  async function serve(endpoints: Endpoint[]): Promise<void> {
    rules.notifiesHost = endpoints.length > 0
    const urls = new Map(endpoints.map(({ key, url }) => [key, url.href]))
    for (const [key, delivery] of deliveries) {
      if (urls.get(key) === delivery.endpoint.url.href) continue
      deliveries.delete(key)
      await delivery.stop()
    }
    for (const endpoint of endpoints)
      if (!deliveries.has(endpoint.key)) deliveries.set(endpoint.key, startDelivery(endpoint, tools))
  }

  rules.notifiesHost = configured.length > 0
  const looking = repeat(look, LISTENERS_MS, (error) =>
    throttledLog.warn('Looking for listeners failed', { reason: reasonOf(error) }),
  )

  return {
    async stop() {
      await looking.stop()
      await Promise.all([...deliveries.values()].map((delivery) => delivery.stop()))
    },
  }
}

const toolsOf = (env: Environment, stores: Stores, endpoints: () => string[]): Omit<DeliveryTools, 'isPaused'> => ({
  ...stores,
  endpoints,
  secrets: env.HOST_WEBHOOK_SECRET,
  backoffFirstMs: env.EVENT_BACKOFF_MS,
  backoffMaxMs: env.EVENT_BACKOFF_MAX_MS,
  timeoutMs: Math.min(TIMEOUT_MS, env.HANDLER_TIMEOUT_MS / 2),
  noteDeadLetter: (id, cause) =>
    stores.producer.noteDeadLetter({ provider: 'outbox', eventId: id, type: 'host.message', cause }),
})
