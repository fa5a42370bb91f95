/** The keys in the rows of a table, of names such as `payments/in_1`. A key may contain a slash. */
export function keysIn(table: string, names: Iterable<string>): string[] {
  const prefix = `${table}/`
  return [...names].flatMap((name) => (name.startsWith(prefix) ? name.slice(prefix.length) : []))
}

export const nameOf = (table: string, key: string): string => `${table}/${key}`
