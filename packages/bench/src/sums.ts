/** A count that must be right for a figure to mean anything. */
export interface Sum {
  of: string
  expected: number
  found: number
}

export const agrees = ({ expected, found }: Sum): boolean => expected === found

/** Every count that is named on either side; what is missing is 0. */
export function sums(of: string, expected: Record<string, number>, found: Record<string, number>): Sum[] {
  const names = [...new Set([...Object.keys(expected), ...Object.keys(found)])]
  return names.map((name) => ({ of: `${of}: ${name}`, expected: expected[name] ?? 0, found: found[name] ?? 0 }))
}
