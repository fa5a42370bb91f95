const DAY_MS = 86_400_000

/**
 * The header Retry-After, a number of seconds or a date, as milliseconds from now, at most a day; undefined if it is
 * missing or wrong. https://www.rfc-editor.org/rfc/rfc9110#name-retry-after
 */
export function retryAfterMs(header: string | null): number | undefined {
  if (header === null) return undefined
  const ms = /^\d+(\.\d+)?$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - Date.now()
  return Number.isFinite(ms) ? Math.min(DAY_MS, Math.max(0, Math.ceil(ms))) : undefined
}
