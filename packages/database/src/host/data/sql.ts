import type { Pool } from 'pg'
import { z } from 'zod'
import { queryRows } from '../../sql/rows.ts'

/** How things stand that a message is about. */
export interface HostData {
  /** Without its version. Its shape is that of the type's schema in `packages/host`. */
  data: Record<string, unknown>
  /** It is not ready to be told of yet. */
  waits?: boolean
  /** Why nobody needs to know any more. */
  obsolete?: string | undefined
  /** Payments whose money is all that this one has: who was told of them was told of it. */
  sameMoney?: string[] | undefined
}

/** Reads how these subjects stand now. A subject that is gone is missing in the result. */
export type LoadHostData = (pool: Pool, subjects: readonly string[]) => Promise<Map<string, HostData>>

const Row = z.object({
  subject: z.string(),
  data: z.record(z.string(), z.unknown()),
  waits: z.boolean().optional(),
  obsolete: z.string().nullish(),
  sameMoney: z.array(z.string()).nullish(),
})

/** @param text a query that takes the subjects as `$1` and returns `subject`, `data` and, if they apply, the other fields */
export const loads =
  (text: string): LoadHostData =>
  async (pool, subjects) => {
    const rows = await queryRows(pool, Row, text, [subjects])
    return new Map(
      rows.map(({ subject, obsolete, sameMoney, ...row }) => [
        subject,
        { ...row, obsolete: obsolete ?? undefined, sameMoney: sameMoney ?? undefined },
      ]),
    )
  }

/** SQL: a time as ISO 8601 in UTC, with milliseconds. */
export const iso = (column: string): string => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
