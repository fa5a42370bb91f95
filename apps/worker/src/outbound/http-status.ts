import type { WaitCause } from './unreachable.ts'

/** Statuses of a server that cannot answer now. https://www.rfc-editor.org/rfc/rfc9110#section-15 */
const CAUSES = new Map<number, WaitCause>([
  [408, 'unavailable'],
  [425, 'unavailable'],
  [429, 'rate_limited'],
  [507, 'no_space'],
])

/** Statuses of 500 and above by which a server says that it will never do what is asked: 501, 505, 508, 510, 511. */
const NEVER = new Set([501, 505, 508, 510, 511])

/** Why a request with this answer should wait; undefined if the answer is final. */
export const waitCauseOf = (status: number): WaitCause | undefined =>
  CAUSES.get(status) ?? (status >= 500 && !NEVER.has(status) ? 'unavailable' : undefined)
