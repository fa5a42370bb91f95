/** A count that must match for the figures to be valid. */
export interface Sum {
  of: string
  expected: number
  found: number
}

export const agrees = ({ expected, found }: Sum): boolean => expected === found

/** Compares every count of either side; an absent one is 0. */
export function sums(of: string, expected: Record<string, number>, found: Record<string, number>): Sum[] {
  const names = [...new Set([...Object.keys(expected), ...Object.keys(found)])]
  return names.map((name) => ({ of: `${of}: ${name}`, expected: expected[name] ?? 0, found: found[name] ?? 0 }))
}
