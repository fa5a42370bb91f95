import { arch, availableParallelism, cpus, loadavg, release, type as system, totalmem } from 'node:os'
import { sqlClient } from './peers/worker/bare-sql.ts'

/** The machine that was measured on. */
export interface Machine {
  processor: string
  cores: number
  memory: string
  system: string
  node: string
  /** Load average of the minute before the run. */
  load: number
  bareSqlBy: string
}

export const describeMachine = (): Machine => ({
  processor: cpus()[0]?.model.trim() || arch(),
  cores: availableParallelism(),
  memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
  system: `${system()} ${release()}`,
  node: process.version,
  load: Math.round((loadavg()[0] ?? 0) * 10) / 10,
  bareSqlBy: sqlClient(),
})
