import { spawnSync } from 'node:child_process'
import { availableParallelism } from 'node:os'

/** Cores as `taskset` names them; undefined where the system decides. */
export interface Places {
  /** What is measured, alone on its core. */
  contender?: string | undefined
  generator?: string | undefined
  /** A worker beside an ingest. */
  worker?: string | undefined
  stores?: string | undefined
}

/** Contender, generator and stores apart, as far as there are cores. One core, or no `taskset`: wherever it is. */
export function places(cores = availableParallelism(), canPin = hasTaskset()): Places {
  if (!canPin || cores < 2) return {}
  if (cores === 2) return { contender: '0', generator: '1', stores: '1' }
  return { contender: '0', generator: '1', stores: `2-${cores - 1}` }
}

/** Of the whole system at work: on fewer than four cores it is the system that shares them out. */
export function placesTogether(cores = availableParallelism(), canPin = hasTaskset()): Places {
  if (!canPin || cores < 4) return {}
  return { contender: '0', generator: '1', worker: '2', stores: `3-${cores - 1}` }
}

/** A process and its children, with all their threads. Those that they start later stay there too. */
export function pin(pid: number, cores: string | undefined): void {
  if (!hasTaskset()) return
  const wanted = cores ?? `0-${availableParallelism() - 1}`
  for (const one of [pid, ...childrenOf(pid)]) spawnSync('taskset', ['-a', '-c', '-p', wanted, String(one)])
}

const hasTaskset = (): boolean => process.platform === 'linux' && spawnSync('taskset', ['--version']).status === 0

function childrenOf(parent: number): number[] {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
  const rows = (stdout ?? '').split('\n').map((line) => line.trim().split(/\s+/).map(Number))
  return rows.flatMap(([pid, ppid]) => (pid && ppid === parent ? [pid] : []))
}
