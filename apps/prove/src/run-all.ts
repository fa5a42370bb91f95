import { join } from 'node:path'
import type { Fault } from './fault.ts'
import { savedHighRate } from './load/high-rate.ts'
import { type Load, rateOf } from './load/loads.ts'
import { runsOf, splitRuns } from './plan-runs.ts'
import { startProgress } from './progress.ts'
import { prove } from './prove.ts'
import { failedRun, type Result, type RunId } from './result.ts'
import { savedResults, saveResult } from './saved-runs.ts'
import { isFixed, versionOfCode } from './version.ts'

export interface Wanted {
  faults: readonly Fault[]
  loads: readonly Load[]
  seeds: number[]
  /** Events a second, instead of the load's own. */
  rate?: number | undefined
  /** Also runs what an earlier invocation ran with the same version of the code. */
  again?: true | undefined
}

/** Runs everything that is wanted, one after the other, and saves each result. An error ends its own run alone. */
export async function runAll(runs: string, { faults, loads, seeds, rate, again }: Wanted): Promise<Result[]> {
  const version = await versionOfCode()
  const interrupted = interruption()
  let isOver = false
  interrupted.catch(() => {
    isOver = true
  })
  const earlier = again || rate !== undefined || !isFixed(version) ? [] : await savedResults(runs)
  const { kept, left } = splitRuns(runsOf(faults, loads, seeds), earlier, version)
  const rows = [...kept]
  if (rows.length > 0) process.stderr.write(`${rows.length} runs of version ${version} are kept\n`)
  const progress = startProgress(left.length)
  const highRate = left.some(({ load }) => load === 'high') && rate === undefined ? await probe() : 0

  async function probe(): Promise<number> {
    const found = await savedHighRate(join(runs, 'high-rate.json'), version, progress.step)
    process.stderr.write(`high load: ${found} events a second\n`)
    return found
  }

  for (const { fault, load, seed } of left) {
    const run: RunId = { seed, load, version, rate: rate ?? rateOf(load, highRate, fault.rate) }
    const name = `${fault.id} ${load} ${seed}`
    const folder = join(runs, `${new Date().toISOString().slice(0, 10)}-${fault.id}-${load}-${seed}`)
    const step = (what: string) => progress.step(`${name} ${what}`)
    const row = await prove(fault, { run, folder, interrupted, step }).catch((error) => failedRun(fault, run, error))
    await saveResult(folder, row)
    rows.push(row)
    progress.advance(`${name} ${row.verdict}`)
    if (isOver) break
  }
  return rows
}

/** Rejects on Ctrl-C, which ends the run and all that it started. */
function interruption(): Promise<never> {
  return new Promise((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => reject(new Error('it was interrupted')))
  })
}
