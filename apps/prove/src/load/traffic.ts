import { setTimeout as pause } from 'node:timers/promises'
import type { SentEvent } from '@sluice/simulator'
import { SECRETS } from '@sluice/testing'
import type { Delivered } from './journal.ts'
import { deliver, type Secrets } from './providers.ts'

/** Events on their way, at a steady rate whatever becomes of them. */
export interface Traffic {
  journal: Delivered[]
  /** What providers sign with; changed to rotate. */
  secrets: Secrets
  /** Sends one more, at once; resolves when it is taken or given up. */
  send(event: SentEvent): Promise<Delivered>
  /** Sends so many times as fast, until told another. */
  speed(factor: number): void
  /** No new ones; resolves when those on their way are taken or given up. */
  stop(): Promise<void>
}

/** Begins at once. An event is never sent before its turn, and never held back because others are slow. */
export function startTraffic(events: SentEvent[], rate: number, ingests: { url: string }[]): Traffic {
  const journal: Delivered[] = []
  const route = { ingests, secrets: { ...SECRETS } as Secrets }
  const underWay = new Set<Promise<void>>()
  const left = events.values()
  let factor = 1
  let stopped = false

  async function send(event: SentEvent): Promise<Delivered> {
    const delivered: Delivered = { event, attempts: [], acknowledgedAt: null }
    journal.push(delivered)
    const sending = deliver(delivered, route, journal.length).finally(() => underWay.delete(sending))
    underWay.add(sending)
    await sending
    return delivered
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
        void send(value)
      }
    }
  }
  const running = run()

  return {
    journal,
    secrets: route.secrets,
    send,
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
