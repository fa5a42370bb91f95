import type { Resources } from './check/leaks.ts'
import type { Neighbours } from './check/neighbours.ts'
import type { Fault } from './fault.ts'
import type { Load } from './load/loads.ts'
import type { Machine } from './machine.ts'

/** Outcome of one run: a fault with one seed. */
export interface Result {
  id: string
  title: string
  seed: number
  load: Load
  /** Version of the code, as `versionOfCode` names it. */
  version: string
  /** End of the run, as ISO 8601. */
  at: string
  /** Events a second. */
  rate: number
  /** Absent when the run did not finish. */
  machine?: Machine
  sent: number
  acknowledged: number
  lost: number
  doubled: number
  wrongAnswers: number
  recoverySeconds: number
  budgetSeconds: number
  /** E-mails sent again under the same Message-ID. */
  repeatedEmails: number
  /** E-mails sent by a worker that died before recording it, and obsolete by the next attempt. */
  unrecordedEmails: number
  /** Most warnings and errors of one process within a second. */
  worstLogLines: number
  /** How long other events waited. */
  neighbours?: Neighbours
  /** Highest resident memory of a process of each kind, in MiB. */
  mostMb?: Record<string, number>
  /** Connections and keys before the fault and after recovery. */
  resources?: { before: Resources; after: Resources }
  /** Other measurements. */
  notes: string[]
  verdict: 'holds' | 'BROKEN'
  /** One sentence per violation. */
  findings: string[]
}

/** Identifies a run of a fault. */
export type RunId = Pick<Result, 'seed' | 'load' | 'version' | 'rate'>

/** The result of a run that did not finish. */
export const failedRun = ({ id, title, budgetSeconds }: Fault, run: RunId, error: unknown): Result => ({
  id,
  title,
  ...run,
  at: new Date().toISOString(),
  sent: 0,
  acknowledged: 0,
  lost: 0,
  doubled: 0,
  wrongAnswers: 0,
  recoverySeconds: 0,
  budgetSeconds,
  repeatedEmails: 0,
  unrecordedEmails: 0,
  worstLogLines: 0,
  notes: [],
  verdict: 'BROKEN',
  findings: [`the run did not end: ${error instanceof Error ? error.message : error}`],
})
