import { z } from 'zod'
import { group } from './group.ts'
import { defineKind } from './kind.ts'

/** The cause of these dead letters is mended. The next one opens the group again, as regressed. */
export const resolve = defineKind({ kind: 'resolve', filter: z.strictObject(group), needsReason: true })
