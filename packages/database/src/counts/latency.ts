/** Upper bounds of the buckets of `event_counts.histogram`, in milliseconds. The last bucket has none. */
export const LATENCY_BOUNDS_MS = [
  ...[5, 10, 20, 30, 50, 75, 100, 150, 250, 400, 650, 1_000, 2_000, 5_000],
  ...[15_000, 60_000, 300_000, 1_800_000, 7_200_000],
]

export const BUCKETS = Array.from({ length: LATENCY_BOUNDS_MS.length + 1 }, (_, bucket) => bucket)

/** SQL of the bucket of a column `ms`. */
export const BUCKET_OF_MS = `width_bucket(ms, ARRAY[${LATENCY_BOUNDS_MS}]::float8[])`

/** The time that this share of the events took at most, in milliseconds, interpolated within its bucket; null: no events. */
export function percentileOf(histogram: readonly number[], share: number): number | null {
  const total = histogram.reduce((sum, count) => sum + count, 0)
  if (total === 0) return null
  let left = total * share
  for (const [bucket, count] of histogram.entries()) {
    if (count >= left && count > 0) return within(bucket, left / count)
    left -= count
  }
  return LATENCY_BOUNDS_MS.at(-1) ?? null
}

function within(bucket: number, share: number): number {
  const from = LATENCY_BOUNDS_MS[bucket - 1] ?? 0
  return from + ((LATENCY_BOUNDS_MS[bucket] ?? from) - from) * share
}
