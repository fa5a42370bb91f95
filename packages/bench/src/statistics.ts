/** Interpolated quantile: 0.5 is the median, 0.99 the p99. NaN without values. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const position = (sorted.length - 1) * part
  const below = sorted[Math.floor(position)] ?? Number.NaN
  const above = sorted[Math.ceil(position)] ?? Number.NaN
  return below + (above - below) * (position % 1)
}

export const median = (values: readonly number[]): number => quantile(values, 0.5)

/** Slope of the least squares line through the points. 0 for fewer than two. */
export function slope(points: ReadonlyArray<readonly [x: number, y: number]>): number {
  const meanX = mean(points.map(([x]) => x))
  const meanY = mean(points.map(([, y]) => y))
  const spread = sum(points.map(([x]) => (x - meanX) ** 2))
  return spread > 0 ? sum(points.map(([x, y]) => (x - meanX) * (y - meanY))) / spread : 0
}

const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0)

const mean = (values: number[]): number => (values.length > 0 ? sum(values) / values.length : 0)
