import { addressOf } from '../base.ts'
import { ApiError } from './fetch.ts'

export interface AskedAction {
  kind: string
  filter: Record<string, unknown>
  reason: string
}

/** The board refuses the action, and says why. */
export class RefusedError extends Error {}

/** Asks for an action, which a worker carries out. @returns its id. @throws RefusedError, ApiError, or TypeError if the board cannot be reached */
export async function postAction(action: AskedAction): Promise<string> {
  const response = await fetch(addressOf('/api/actions'), {
    method: 'POST',
    headers: { Accept: 'application/json', 'Content-Type': 'application/json' },
    body: JSON.stringify(action),
  })
  const answer = (await response.json().catch(() => ({}))) as { id?: string; parameter?: string; message?: string }
  if (response.ok && answer.id !== undefined) return answer.id
  if (answer.message !== undefined) throw new RefusedError(`${answer.parameter ?? ''} ${answer.message}`.trim())
  throw new ApiError(response.status)
}
