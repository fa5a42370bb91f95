import { queryOptions } from '@tanstack/react-query'
import { ApiError, fetchJson } from '../api/fetch.ts'
import { isRunning } from '../api/queries.ts'
import type { AcceptedAction, Action } from '../api/types.ts'
import { addressOf } from '../base.ts'

export interface NewAction {
  kind: string
  filter: Record<string, unknown>
  reason?: string
}

/** The board did not accept an action. `message` says what was expected and what came. */
export class RefusedError extends ApiError {
  constructor(status: number, { error, parameter, message }: { error?: string; parameter?: string; message?: string }) {
    super(status, error)
    this.message = message
      ? `${parameter ?? ''} ${message}`.trim()
      : `The board answered ${status} ${error ?? ''}`.trim()
  }
}

/** Asks for an action. @returns its id @throws RefusedError unless the board accepts it */
export async function postAction(action: NewAction): Promise<string> {
  const response = await fetch(addressOf('/api/actions'), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
    body: JSON.stringify(action),
  })
  const answer: unknown = await response.json().catch(() => ({}))
  if (!response.ok) throw new RefusedError(response.status, answer as object)
  return (answer as AcceptedAction).id
}

/** A person watches. */
const AGAIN_MS = 700

/** One action, until it has ended. */
export const actionQuery = (id: string) =>
  queryOptions({
    queryKey: ['action', id],
    queryFn: ({ signal }) => fetchJson<Action>(`/actions/${id}`, {}, signal),
    staleTime: 0,
    refetchInterval: ({ state }) => (state.data && hasEnded(state.data) ? false : AGAIN_MS),
  })

export const hasEnded = ({ state }: Pick<Action, 'state'>): boolean => !isRunning(state)
