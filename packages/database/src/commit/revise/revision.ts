import type { Decided } from '../decide.ts'

/** An event with its present decision, and the rows that it touched by an earlier one. */
export interface Revision extends Decided {
  before: readonly string[]
  /** The replay, and the kinds of effects that it asks for again. */
  resend?: { replay: string; kinds: readonly string[] }
}
