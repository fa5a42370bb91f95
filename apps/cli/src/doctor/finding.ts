/** One line of the doctor. */
export interface Finding {
  check: string
  /** `found`: it works, and somebody should look: dead letters. `skipped`: nobody looked, and it says what that needs. */
  verdict: 'good' | 'failed' | 'found' | 'skipped'
  /** What was seen, and when it is not good, what to do. Never a secret, never an address with a password in it. */
  says: string
}

export const good = (check: string, says: string): Finding => ({ check, verdict: 'good', says })
export const failed = (check: string, says: string): Finding => ({ check, verdict: 'failed', says })
export const found = (check: string, says: string): Finding => ({ check, verdict: 'found', says })
export const skipped = (check: string, says: string): Finding => ({ check, verdict: 'skipped', says })

/** The findings of `look`, or that it could not look at all. */
export async function tryTo(check: string, whatToDo: string, look: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await look()
  } catch (error) {
    return [failed(check, `${codeOf(error)}. ${whatToDo}`)]
  }
}

/** The code of an error, since its text may hold an address. */
function codeOf(error: unknown): string {
  const { code, name } = Object(error) as { code?: unknown; name?: unknown }
  if (typeof code === 'string') return code
  return typeof name === 'string' && name !== 'Error' ? name : 'It failed'
}
