import type { Life } from './life.ts'
import { oneLine } from './print.ts'
import { describeTrace, isFailing } from './trace.ts'

/** Describes a life as text, with a line for each row. @param all also effects that are done, or that were no longer needed; default: only the others */
export function describeLife(life: Life, { all = false } = {}): string[] {
  const [outcome = '', ...rows] = describeTrace(life)
  return [
    outcome,
    ...usersOf(life),
    ...rows,
    ...life.files.map((one) => line('file', one.status, ...explain(one.error), ...placeOf(one))),
    ...life.emails.map((one) => line('e-mail', one.kind, `to ${one.recipient}`, one.status, ...placeOf(one))),
    ...life.documents.map((one) => line('document', one.kind, one.number, ...placeOf(one))),
    ...life.effects.filter((one) => all || isNotable(one)).map((one) => line('effect', one.effectKey, stateOf(one))),
    ...life.deadLetters
      .filter(({ redrivenAt }) => redrivenAt === null)
      .map(({ type, error, attempts }) => line('dead letter', type, `${error} (${attempts} attempts)`)),
  ]
}

/** Whether something failed, even if it is tried again. */
export const isTroubled = (life: Life): boolean => isFailing(life) || life.effects.some(isBroken)

const isBroken = ({ status, attempts, error }: Life['effects'][number]): boolean =>
  status === 'failed' || (status === 'pending' && attempts > 0 && error !== null)

const isNotable = ({ status, error }: Life['effects'][number]): boolean =>
  status !== 'done' && !(status === 'skipped' && error?.startsWith('obsolete'))

const line = (name: string, ...values: string[]): string => `  ${name.padEnd(12)}  ${values.map(oneLine).join('  ')}`

function usersOf({ users, payments }: Life): string[] {
  if (users.length > 0) return users.map(({ id, role }) => line('user', id, role))
  return payments.some(({ status }) => status === 'succeeded') ? [line('user', 'none: see sluice payers')] : []
}

/** Its path where it can be opened, else its key in the store. */
const placeOf = ({ file, storageKey }: { file: string | null; storageKey?: string | null }): string[] =>
  [file ?? storageKey ?? ''].filter(Boolean)

const explain = (error: string | null): string[] => (error === null ? [] : [error])

function stateOf(effect: Life['effects'][number]): string {
  const { status, attempts, error, availableAt } = effect
  if (isBroken(effect) && status === 'pending') return `failed ${attempts} times, and is tried again: ${error}`
  if (status === 'pending' && availableAt > new Date()) return `due at ${availableAt.toISOString()}`
  return error === null ? status : `${status}: ${error}`
}
