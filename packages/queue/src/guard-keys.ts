import { setTimeout as pause } from 'node:timers/promises'
import { ForeignKeysError } from './owner.ts'

/** A quarter of the time after which a claim counts as left behind. */
const REPEATED_EACH_MS = 15_000

/** How long a start waits for the stores. Without an answer it goes on, since one of them may be down. */
const START_MS = 2_000
const RETRY_MS = 100

/**
 * Checks at start, and every few seconds from then on, that the keys of the queue are those of this deployment. If they
 * never were, it ends the process. If they were and are no longer, because Redis was emptied or somebody deleted the
 * claim, it says so.
 *
 * Resolves after the first check that succeeded, or when the stores do not answer within 2 s.
 *
 * @param check `claimKeys` or `checkOwner`
 */
export async function guardKeys(
  check: () => Promise<void>,
  log: { error(message: string, keys: { reason: string }): unknown },
): Promise<void> {
  let wereOurs = false
  const attempt = async () => {
    try {
      await check()
      wereOurs = true
    } catch (error) {
      if (!(error instanceof ForeignKeysError)) return // a store does not answer, which other checks report
      log.error(error.message, { reason: error.code })
      if (!wereOurs) process.exit(1)
    }
  }
  const repeat = () => void attempt().then(() => setTimeout(repeat, REPEATED_EACH_MS).unref())

  const deadline = Date.now() + START_MS
  while (!wereOurs && Date.now() < deadline) {
    await Promise.race([attempt(), pause(START_MS, undefined, { ref: false })])
    if (!wereOurs) await pause(RETRY_MS)
  }
  setTimeout(repeat, REPEATED_EACH_MS).unref()
}
