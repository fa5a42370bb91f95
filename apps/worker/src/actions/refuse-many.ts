import { EVENTS_MAX } from '@sluice/database/actions'
import type { TakenAction } from '@sluice/database/actions/run'
import { ActionRefusedError } from './refused-error.ts'

/** @throws {ActionRefusedError} if it is about more than an operator may change at once */
export function refuseMany(count: number, what: string, { role }: Pick<TakenAction, 'role'>): void {
  if (count <= EVENTS_MAX || role === 'admin') return
  throw new ActionRefusedError(
    `The filter matches ${count} ${what}; an operator may choose ${EVENTS_MAX}, an admin any number. Narrow it down, for example by time.`,
  )
}
