import type { Held } from './check/leaks.ts'
import type { Fault } from './fault.ts'
import type { Machine } from './machine.ts'

/** What came of one run, as the table shows it. */
export interface Row {
  id: string
  title: string
  seed: number
  /** When it was over, as ISO 8601. */
  at: string
  /** Events a second. */
  rate: number
  /** Missing where the run did not come to its end. */
  machine?: Machine
  sent: number
  acknowledged: number
  lost: number
  doubled: number
  wrongAnswers: number
  recoverySeconds: number
  budgetSeconds: number
  /** Letters that came again under the identity that they had. */
  repeatedLetters: number
  /** Letters whose worker died before their record, and that were obsolete when the next one looked. */
  unrecordedLetters: number
  /** Warnings and errors of one process in its worst second. */
  worstLogLines: number
  /** What the apps held of the stores before the fault, and when all was calm again. */
  held?: { before: Held; after: Held }
  /** What else was measured. */
  notes: string[]
  verdict: 'holds' | 'BROKEN'
  /** All that is wrong, one thing a line. */
  findings: string[]
}

/** A run that did not come to its end says nothing but why. */
export const unproven = ({ id, title, budgetSeconds }: Fault, seed: number, rate: number, error: unknown): Row => ({
  id,
  title,
  seed,
  at: new Date().toISOString(),
  rate,
  sent: 0,
  acknowledged: 0,
  lost: 0,
  doubled: 0,
  wrongAnswers: 0,
  recoverySeconds: 0,
  budgetSeconds,
  repeatedLetters: 0,
  unrecordedLetters: 0,
  worstLogLines: 0,
  notes: [],
  verdict: 'BROKEN',
  findings: [`the run did not end: ${error instanceof Error ? error.message : error}`],
})
