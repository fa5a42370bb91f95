import { z } from 'zod'
import { group } from './group.ts'
import { defineKind } from './kind.ts'

/** These dead letters need somebody again, or get another note or owner. */
export const reopen = defineKind({ kind: 'reopen', filter: z.strictObject(group), needsReason: true })
