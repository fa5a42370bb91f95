import { setTimeout as pause } from 'node:timers/promises'
import type { SentEvent } from '@sluice/simulator'
import { eventually, type TestApp } from '@sluice/testing'
import { send } from './stack.ts'

export interface Load {
  /** From now on these ingests get the requests, in turn. */
  sendTo(...ingests: TestApp[]): void
  /** Waits until this many more requests are answered. */
  answered(more: number): Promise<void>
  /** Sends nothing more, and waits for all answers. */
  stop(): Promise<{ sent: SentEvent[]; refused: string[] }>
}

/** Sends events in their order at a steady rate, however long an answer takes. Begins with the first ingest. */
export function startLoad(events: SentEvent[], perSecond: number): Load {
  const sent: SentEvent[] = []
  const refused: string[] = []
  const requests: Promise<void>[] = []
  let ingests: TestApp[] = []
  let answers = 0
  let isStopped = false

  async function request(event: SentEvent): Promise<void> {
    const status = await send({ ingests }, event, sent.length).then(
      (answer) => answer.status,
      (error: Error) => String(error.cause ?? error),
    )
    answers += 1
    if (status !== 200) refused.push(`${event.id}: ${status}`)
  }

  async function run(): Promise<void> {
    for (const event of events) {
      await pause(1000 / perSecond)
      while (ingests.length === 0 && !isStopped) await pause(10)
      if (isStopped) return
      requests.push(request(event))
      sent.push(event)
    }
    refused.push('the load ended before the test')
  }
  const running = run()

  return {
    sendTo: (...some) => {
      ingests = some
    },
    answered: (more) => {
      const before = answers
      return eventually(async () => {
        if (answers < before + more) throw new Error(`${answers - before} of ${more} requests are answered`)
      }, 60_000)
    },
    stop: async () => {
      isStopped = true
      await running
      await Promise.all(requests)
      return { sent, refused }
    },
  }
}
