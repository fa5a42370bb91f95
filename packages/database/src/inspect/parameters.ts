/** The parameters of a statement whose conditions depend on a filter. */
export interface Parameters {
  values: unknown[]
  /** Adds a value. @returns its placeholder: `$1`, `$2`, … */
  $(value: unknown): string
}

export function createParameters(): Parameters {
  const values: unknown[] = []
  return { values, $: (value) => `$${values.push(value)}` }
}
