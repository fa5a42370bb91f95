/** Words for a filter: names and values, the first of many. */
export const aboutOf = (filter: Record<string, unknown>): string =>
  Object.entries(filter)
    .map(([name, value]) => `${name} ${textOf(value)}`)
    .join(' · ')

const SHOWN = 3

function textOf(value: unknown): string {
  if (!Array.isArray(value)) return typeof value === 'string' ? value : JSON.stringify(value)
  const rest = value.length > SHOWN ? ` and ${value.length - SHOWN} more` : ''
  return `${value.slice(0, SHOWN).join(', ')}${rest}`
}
