/** The same list, beginning with another one each time: nobody is always first, or always after the same one. */
export const rotated = <T>(list: readonly T[], by: number): T[] =>
  list.map((_, index) => list[(index + by) % list.length] as T)
