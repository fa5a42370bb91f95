import type { StripeFact } from '@sluice/events'
import { digestOf } from './order.ts'

/** Columns that travel together, and the second of the event that gave them. */
export interface Dated<Contents> {
  /** ISO 8601. */
  second: string
  digest: string
  contents: Contents
}

export const dated = <Contents>({ occurredAt }: StripeFact, contents: Contents): Dated<Contents> => ({
  second: occurredAt.toISOString(),
  digest: digestOf(contents),
  contents,
})
