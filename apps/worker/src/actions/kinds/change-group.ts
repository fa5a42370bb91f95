import { changeGroup, type GroupState } from '@sluice/database/dead-letters'
import type { RunAction } from '../context.ts'
import { ActionRefusedError } from '../refused-error.ts'

export interface GroupFilter {
  fingerprint: string
  note?: string | undefined
  owner?: string | undefined
  until?: string | undefined
}

/** Sets the state of the dead letters with one cause. */
export const changeGroupTo =
  (state: GroupState): RunAction<GroupFilter> =>
  async ({ until, ...change }, { pool, action, handlerVersion }) => {
    const asked = { by: action.actor, at: action.at, until: until ? new Date(until) : undefined }
    const isKnown = await changeGroup(pool, { ...change, ...asked, state, handlerVersion: handlerVersion() })
    if (!isKnown) throw new ActionRefusedError(`No dead letter has the fingerprint ${change.fingerprint}.`)
    return { fingerprint: change.fingerprint, state }
  }
