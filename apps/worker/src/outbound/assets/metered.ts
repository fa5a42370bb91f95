import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { DeadlineError, withDeadline } from '@sluice/runtime'
import { AssetError } from './asset-error.ts'

export interface Digest {
  bytes: number
  /** In hexadecimal. */
  sha256: string
}

export interface Limits {
  maxBytes: number
  /** In each of these, counted while we wait for the sender, at least `minBytes` must come. */
  windowMs: number
  minBytes: number
}

/**
 * The body as it comes, counted, hashed and held to its limits. Only the time that the sender takes counts as slow:
 * a store that takes its time stops the reading, and is nobody's drip.
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
