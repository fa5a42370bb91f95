import type { z } from 'zod'
import { isKind, KINDS, type KindName } from './kinds/index.ts'
import { ACTION_ROLES, type ActionKind, type ActionRole } from './kinds/kind.ts'

/** Fewer say nothing to the person who reads it in a year. */
export const REASON_WORDS = 3

const REASON_MAX = 2_000

/** An action that somebody asks for, as it came. */
export interface AskedAction {
  kind: string
  filter: unknown
  reason: string
  role: string
}

export interface CheckedAction {
  kind: KindName
  /** As the kind's schema returns it. */
  filter: Record<string, unknown>
}

/** The action is not one that may be done. `parameter` is wrong; `message` says what was expected and what came. */
export interface ActionProblem {
  parameter: string
  message: string
  isForbidden?: true
}

/** Checks an action by the rules of its kind. The board does so before it inserts one, and a worker before it begins. */
export function checkAction({ kind, filter, reason, role }: AskedAction): CheckedAction | ActionProblem {
  if (!isKind(kind)) return problem('kind', `must be one of ${Object.keys(KINDS).join(', ')}`, kind)
  const rules: ActionKind = KINDS[kind]
  const roles: readonly ActionRole[] = rules.roles ?? ACTION_ROLES
  if (!roles.some((one) => one === role))
    return { ...problem('role', `${kind} needs ${roles.join(' or ')}`, role), isForbidden: true }
  const words = wordsIn(reason)
  if (rules.needsReason && words < REASON_WORDS)
    return { parameter: 'reason', message: `must have ${REASON_WORDS} words or more; got ${words}` }
  if (reason.length > REASON_MAX)
    return { parameter: 'reason', message: `must have ${REASON_MAX} characters or fewer; got ${reason.length}` }
  const parsed = rules.filter.safeParse(filter)
  if (!parsed.success) return filterProblem(parsed.error, filter)
  return { kind, filter: parsed.data as Record<string, unknown> }
}

export const isProblem = (checked: CheckedAction | ActionProblem): checked is ActionProblem => 'message' in checked

const wordsIn = (text: string): number => text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length

const problem = (parameter: string, expected: string, got: unknown): ActionProblem => ({
  parameter,
  message: `${expected}; got ${shown(got)}`,
})

function filterProblem({ issues: [first] }: z.ZodError, filter: unknown): ActionProblem {
  const path = first?.path ?? []
  const got = path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | null)?.[key], filter)
  return problem(['filter', ...path].join('.'), first?.message ?? 'is not valid', got)
}

/** Short, whatever came. */
function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing'
  return text.length > 100 ? `${text.slice(0, 100)}…` : text
}
