import { once } from 'node:events'
import { createInbox } from '@sluice/database/append'
import { connect } from '@sluice/database/pool'
import { createProducer, type Producer } from '@sluice/queue'
import { type Answer, type Delivery, verified } from '@sluice/sending'
import { placementOf, queueStoreOf, requireSetting, type Settings } from './settings.ts'

export interface Door {
  deliver(delivery: Delivery): Promise<Answer>
  close(): Promise<void>
}

/** Appends and enqueues events as ingest does, without HTTP. */
export function openDirectDoor(settings: Settings): Door {
  const pool = connect(requireSetting(settings, 'databaseUrl'), {
    applicationName: 'sluice-cli',
    placement: placementOf(settings),
  })
  const producer = createProducer(queueStoreOf(settings))
  const inbox = createInbox(pool)
  const connecting = connected(producer)

  return {
    deliver: async (delivery) => {
      const event = verified(delivery)
      await connecting
      const { duplicate } = await inbox.append(event)
      if (!duplicate) await producer.enqueue({ provider: event.provider, eventId: event.eventId, type: event.type })
      return { status: 200, body: { received: true, duplicate } }
    },
    close: async () => {
      await producer.close()
      await pool.end()
    },
  }
}

/** Waits for the connection, because a producer does not. During a Redis outage the first job fails. */
export async function connected({ redis }: Producer): Promise<void> {
  if (redis && redis.status !== 'ready')
    await once(redis, 'ready', { signal: AbortSignal.timeout(5_000) }).catch(() => {})
}
