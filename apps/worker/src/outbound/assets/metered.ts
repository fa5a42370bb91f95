import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { DeadlineError, withDeadline } from '@sluice/runtime/deadline'
import { AssetError } from './asset-error.ts'

export interface Digest {
  bytes: number
  /** Hexadecimal. */
  sha256: string
}

export interface Limits {
  maxBytes: number
  /** At least `minBytes` must arrive per window; only time spent waiting for the sender counts. */
  windowMs: number
  minBytes: number
}

/**
 * Passes a body through while counting, hashing and limiting it. Only time spent waiting for the sender counts towards
 * the minimum speed, because a slow store also pauses reading.
 *
 * @throws AssetError
 */
export async function* metered(
  response: IncomingMessage,
  { maxBytes, windowMs, minBytes }: Limits,
  signal: AbortSignal,
  done: (digest: Digest) => void,
): AsyncGenerator<Buffer> {
  const chunks: AsyncIterator<Buffer> = response[Symbol.asyncIterator]()
  const hash = createHash('sha256')
  const total = { bytes: 0, atWindowStart: 0, waitedMs: 0 }
  for (;;) {
    const asked = performance.now()
    const next = await withDeadline(chunks.next(), windowMs, 'Next part').catch((error: unknown) => {
      throw failureOf(error, signal)
    })
    total.waitedMs += performance.now() - asked
    if (next.done) break
    total.bytes += next.value.length
    if (total.bytes > maxBytes) throw AssetError.refused('too_large')
    if (total.waitedMs >= windowMs) {
      if (total.bytes - total.atWindowStart < minBytes) throw AssetError.retryable('too_slow')
      total.waitedMs = 0
      total.atWindowStart = total.bytes
    }
    hash.update(next.value)
    yield next.value
  }
  if (!response.complete) throw AssetError.retryable('cut_short')
  done({ bytes: total.bytes, sha256: hash.digest('hex') })
}

function failureOf(error: unknown, signal: AbortSignal): AssetError {
  if (signal.aborted) return AssetError.retryable('timed_out', error)
  return AssetError.retryable(error instanceof DeadlineError ? 'too_slow' : 'cut_short', error)
}
