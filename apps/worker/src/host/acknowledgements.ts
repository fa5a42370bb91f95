import { setTimeout as pause } from 'node:timers/promises'
import type { PendingMessage } from '@sluice/database/host'

/** Acknowledgements of this time are recorded by one statement. */
const GATHER_MS = 5

/** Pause before acknowledgements that could not be recorded are recorded again. */
const AGAIN_MS = 1_000

export interface Acknowledgements {
  /** Resolves once it is recorded. */
  add(message: PendingMessage): Promise<void>
}

/**
 * Records acknowledgements together, and again while Postgres is out: what a host has acknowledged must not be sent
 * to it a second time because of that.
 */
export function gatherAcknowledgements(
  record: (messages: PendingMessage[]) => Promise<void>,
  failed: (error: unknown) => void,
  isStopped: () => boolean,
): Acknowledgements {
  let waiting: PendingMessage[] = []
  let flushing: Promise<void> | undefined

  async function flush(): Promise<void> {
    await pause(GATHER_MS)
    const messages = waiting
    waiting = []
    flushing = undefined
    for (;;) {
      try {
        return await record(messages)
      } catch (error) {
        failed(error)
        if (isStopped()) return
        await pause(AGAIN_MS, undefined, { ref: false })
      }
    }
  }

  return {
    add(message) {
      waiting.push(message)
      flushing ??= flush()
      return flushing
    },
  }
}
