import type { z } from 'zod'

export const ACTION_ROLES = ['operator', 'admin'] as const

export type ActionRole = (typeof ACTION_ROLES)[number]

/** One kind of action: what it takes, and who may ask for it. */
export interface ActionKind<Filter extends z.ZodType = z.ZodType> {
  kind: string
  /** Strict, so that a filter that was erased, or that a newer version made, is refused. Its output is JSON. */
  filter: Filter
  /** Whether a reason is needed, of at least `REASON_WORDS` words. */
  needsReason: boolean
  /** Default: operators and admins. */
  roles?: readonly ActionRole[]
}

export const defineKind = <Filter extends z.ZodType>(kind: ActionKind<Filter>): ActionKind<Filter> => kind
