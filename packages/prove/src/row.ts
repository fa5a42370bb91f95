/** What came of one run, as the table shows it. */
export interface Row {
  id: string
  title: string
  seed: number
  sent: number
  acknowledged: number
  lost: number
  doubled: number
  wrongAnswers: number
  recoverySeconds: number
  budgetSeconds: number
  /** Letters that came again under the identity that they had. */
  repeatedLetters: number
  /** Warnings and errors of one process in its worst second. */
  worstLogLines: number
  verdict: 'holds' | 'BROKEN'
  /** All that is wrong, one thing a line. */
  findings: string[]
}
