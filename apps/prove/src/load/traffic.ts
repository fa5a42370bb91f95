import { setTimeout as pause } from 'node:timers/promises'
import type { SentEvent } from '@sluice/simulator'
import { SECRETS } from '@sluice/testing'
import type { Delivery } from './delivery.ts'
import { deliver, type Secrets } from './providers.ts'

/** Sends events at a steady rate, whatever the answers. */
export interface Traffic {
  deliveries: Delivery[]
  /** Signing secrets; changed to rotate them. */
  secrets: Secrets
  /** Sends one more event now; resolves when it is acknowledged or given up. @param mode default: live */
  send(event: SentEvent, mode?: 'test'): Promise<Delivery>
  /** Multiplies the rate. */
  speed(factor: number): void
  /** Starts no more deliveries; resolves when those under way are acknowledged or given up. */
  stop(): Promise<void>
}

/** In production only live mode gives access; the simulator speaks of test mode. */
const inLiveMode = (event: SentEvent): SentEvent => ({
  ...event,
  body: event.body.replaceAll(/"livemode": ?false/g, '"livemode": true'),
})

/** Starts now. Events are sent in order and on time, even while others wait for an answer. */
export function startTraffic(events: SentEvent[], rate: number, ingests: { url: string }[]): Traffic {
  const deliveries: Delivery[] = []
  const route = { ingests, secrets: { ...SECRETS } as Secrets }
  const underWay = new Set<Promise<void>>()
  const left = events.values()
  let factor = 1
  let stopped = false

  async function begin(delivery: Delivery): Promise<Delivery> {
    deliveries.push(delivery)
    const sending = deliver(delivery, route, deliveries.length).finally(() => underWay.delete(sending))
    underWay.add(sending)
    await sending
    return delivery
  }

  async function run(): Promise<void> {
    let due = 0
    for (let last = performance.now(); !stopped; ) {
      await pause(10)
      const now = performance.now()
      due += ((now - last) / 1_000) * rate * factor
      last = now
      for (; due >= 1; due -= 1) {
        const { value, done } = left.next()
        if (done) return
        void begin({ event: inLiveMode(value), attempts: [], acknowledgedAt: null })
      }
    }
  }
  const running = run()

  return {
    deliveries,
    secrets: route.secrets,
    send: (event, mode) => {
      const sent = mode === 'test' ? event : inLiveMode(event)
      return begin({ event: sent, isExtra: true, attempts: [], acknowledgedAt: null })
    },
    speed: (next) => {
      factor = next
    },
    stop: async () => {
      stopped = true
      await running
      while (underWay.size > 0) await Promise.all(underWay)
    },
  }
}
