import type { Inbox } from '@sluice/database/append'
import { type Logger, reasonOf, throttledLogger } from '@sluice/runtime/logger'

const AGAIN_MS = 3_600_000
/** Short, because workers wait for an unknown key for half a minute only. */
const RETRY_MS = 1_000

/** Registers the key now, or as soon as Postgres answers, and renews it before it expires. */
export function keepKeyRegistered(inbox: Pick<Inbox, 'registerKey'>, publicKey: string, logger: Logger): void {
  const throttledLog = throttledLogger(logger)

  async function register(): Promise<void> {
    const delayMs = await inbox.registerKey(publicKey).then(
      () => AGAIN_MS,
      (error: unknown) => {
        throttledLog.error('Could not register key in Postgres', { reason: reasonOf(error) })
        return RETRY_MS
      },
    )
    setTimeout(register, delayMs).unref()
  }

  void register()
}
