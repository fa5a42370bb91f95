/** The parameters that narrow a list of events, by their names in the address of the page and of the API. */
export const FILTERS = ['q', 'provider', 'type', 'status', 'customer', 'user', 'since', 'until'] as const

/** Those of other lists. */
const OTHERS = ['kind', 'outcome'] as const

export type Filter = { [Name in (typeof FILTERS | typeof OTHERS)[number]]?: string }

export const STATUSES = ['received', 'processed', 'ignored', 'failed']

/** The filter in the parameters of an address. Others are dropped. @param names those that the list has */
export function filterOf(search: Record<string, unknown>, names: readonly (keyof Filter)[] = FILTERS): Filter {
  const given = names.map((name) => [name, textOf(search[name])] as const)
  return Object.fromEntries(given.filter(([, value]) => value !== undefined))
}

export function textOf(value: unknown): string | undefined {
  const text = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : ''
  return text === '' ? undefined : text
}

const UNITS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 }

/** The filter as the API takes it: `24h` becomes the time 24 hours ago. */
export const parametersOf = ({ since, until, ...filter }: Filter): Filter => ({
  ...filter,
  ...(since && { since: timeOf(since) }),
  ...(until && { until: timeOf(until) }),
})

function timeOf(text: string): string {
  const [, count, unit = ''] = /^(\d+)\s*([smhdw])$/.exec(text) ?? []
  return count === undefined ? text : new Date(Date.now() - Number(count) * (UNITS[unit] ?? 0) * 1000).toISOString()
}
