/** The result of one check. */
export interface Finding {
  check: string
  /**
   * `found`: works but needs attention, such as dead letters. `skipped`: not checked; `says` explains what the check
   * needs.
   */
  verdict: 'good' | 'failed' | 'found' | 'skipped'
  /** The result, and what to do if it is not good. Never contains a secret, or an address with a password. */
  says: string
}

export const good = (check: string, says: string): Finding => ({ check, verdict: 'good', says })
export const failed = (check: string, says: string): Finding => ({ check, verdict: 'failed', says })
export const found = (check: string, says: string): Finding => ({ check, verdict: 'found', says })
export const skipped = (check: string, says: string): Finding => ({ check, verdict: 'skipped', says })

/** The findings of `run`, or a failed one if it throws. */
export async function tryTo(check: string, whatToDo: string, run: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await run()
  } catch (error) {
    return [failed(check, `${codeOf(error)}. ${whatToDo}`)]
  }
}

/** The code of an error, because its text may contain an address. */
function codeOf(error: unknown): string {
  const { code, name } = Object(error) as { code?: unknown; name?: unknown }
  if (typeof code === 'string') return code
  return typeof name === 'string' && name !== 'Error' ? name : 'It failed'
}
