import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { replicate } from '@sluice/providers/replicate'
import type { Random, PredictionStep as Step } from '@sluice/simulator'

export interface WebhookOptions {
  secret: string
  /** How long a terminal webhook is retried: Replicate's minute in the time of the test. */
  minuteMs: number
  /** Makes webhooks late, repeated and out of order. Default: each is sent once and on time. */
  random?: Random
  /** The share that never arrives, terminal ones included. Needs `random`. */
  dropRate?: number
}

export interface WebhookCounts {
  messages: number
  attempts: number
  dropped: number
  repeated: number
  taken: number
}

/** Messages by https://replicate.com/docs/topics/webhooks/receive-webhook: only the terminal one is sent again. */
export function createWebhooks({ secret, minuteMs, random, dropRate = 0 }: WebhookOptions, signal: AbortSignal) {
  const counts: WebhookCounts = { messages: 0, attempts: 0, dropped: 0, repeated: 0, taken: 0 }

  async function send(url: string, { event, body }: Step): Promise<void> {
    counts.messages += 1
    if (random?.chance(dropRate)) {
      counts.dropped += 1
      return
    }
    const message = { url, id: `msg_${randomUUID()}`, body: JSON.stringify(body) }
    const isRepeated = random?.chance(0.2) === true
    if (isRepeated) counts.repeated += 1
    await Promise.all(
      (isRepeated ? [message, message] : [message]).map(async (copy) => {
        await wait(random?.between(0, 40) ?? 0)
        await (event === 'completed' ? untilTaken(copy) : attempt(copy))
      }),
    )
  }

  async function untilTaken(message: Message): Promise<void> {
    const end = Date.now() + minuteMs
    for (let backoffMs = minuteMs / 60; !(await attempt(message)); backoffMs *= 2) {
      if (Date.now() + backoffMs > end) return
      await wait(backoffMs)
    }
  }

  async function attempt({ url, id, body }: Message): Promise<boolean> {
    if (signal.aborted) return true
    counts.attempts += 1
    const headers = replicate.sign(body, secret, { id })
    const taken = await fetch(url, { method: 'POST', body, headers, redirect: 'manual', signal }).then(
      async (response) => {
        await response.arrayBuffer()
        return response.ok
      },
      () => false,
    )
    if (taken) counts.taken += 1
    return taken
  }

  const wait = (ms: number): Promise<void> => pause(ms, undefined, { signal }).catch(() => {})

  return { send, counts }
}

interface Message {
  url: string
  id: string
  body: string
}
