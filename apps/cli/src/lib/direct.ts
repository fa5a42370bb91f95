import { once } from 'node:events'
import { createInbox } from '@sluice/database/append'
import { connect } from '@sluice/database/pool'
import { createProducer, type Producer } from '@sluice/queue'
import { type Answer, type Delivery, providerOf } from './delivery.ts'
import { queueStoreOf, requireSetting, type Settings } from './settings.ts'

/** Any will do: what it signs is verified at once, in this process. */
const SECRET = 'whsec_c2lnbmVkIGFuZCB2ZXJpZmllZCBpbiBvbmUgcHJvY2Vzcw=='

export interface Door {
  deliver(delivery: Delivery): Promise<Answer>
  close(): Promise<void>
}

/** Appends and enqueues as ingest does, without HTTP between. */
export function openDirectDoor(settings: Settings): Door {
  const pool = connect(requireSetting(settings, 'databaseUrl'), { applicationName: 'sluice-cli' })
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

/** A producer does not wait for Redis, also not while it still connects. Where Redis is away, the first job says so. */
async function connected({ redis }: Producer): Promise<void> {
  if (redis && redis.status !== 'ready')
    await once(redis, 'ready', { signal: AbortSignal.timeout(5_000) }).catch(() => {})
}

function verified({ provider: name, id, body }: Delivery) {
  const provider = providerOf(name)
  const headers = provider.sign(body, SECRET, { id })
  return provider.verify({ headers, body: Buffer.from(body) }, [SECRET], { toleranceSeconds: 300 })
}
