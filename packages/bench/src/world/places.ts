import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** Cores as `taskset` names them; undefined where the system decides. */
export interface Places {
  /** What is measured, alone on its core. */
  contender?: string | undefined
  generator?: string | undefined
  /** A worker beside an ingest. */
  worker?: string | undefined
  stores?: string | undefined
}

/** Those that this process was given when it began; none where they cannot be chosen. */
const CORES = hasTaskset() ? allowedCores(readFileSync('/proc/self/status', 'utf8')) : []

/** Contender, generator and stores apart, as far as there are cores. */
export function places([contender, generator, ...others]: readonly number[] = CORES): Places {
  if (contender === undefined || generator === undefined) return {}
  const stores = others.length > 0 ? others : [generator]
  return { contender: String(contender), generator: String(generator), stores: stores.join(',') }
}

/** Of the whole system at work: on fewer than four cores it is the system that shares them out. */
export function placesTogether(cores: readonly number[] = CORES): Places {
  const [contender, generator, worker, ...stores] = cores.map(String)
  return stores.length > 0 ? { contender, generator, worker, stores: stores.join(',') } : {}
}

/** Of several processes that do the same. */
export interface SeveralPlaces {
  each: Array<string | undefined>
  generator?: string | undefined
  stores?: string | undefined
}

/** Each on a core of its own, where there are cores for all of them; else it is the system that shares them out. */
export function placesOfSeveral(count: number, cores: readonly number[] = CORES): SeveralPlaces {
  const each = Array.from({ length: count }, (_, index) => cores[index]?.toString())
  const [generator, ...stores] = cores.slice(count).map(String)
  return stores.length > 0 ? { each, generator, stores: stores.join(',') } : { each: each.map(() => undefined) }
}

/** Processes with all their threads; on every core where none is named. What they start later stays there too. */
export function pin(pids: number[], cores: string | undefined): void {
  if (CORES.length === 0) return
  for (const pid of pids) spawnSync('taskset', ['-a', '-c', '-p', cores ?? CORES.join(','), String(pid)])
}

/** A process and those that it started, as Postgres does for each connection. */
export const treeOf = (pid: number): number[] => [pid, ...childrenOf(pid)]

function childrenOf(parent: number): number[] {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
  const rows = (stdout ?? '').split('\n').map((line) => line.trim().split(/\s+/).map(Number))
  return rows.flatMap(([pid, ppid]) => (pid && ppid === parent ? [pid] : []))
}

function hasTaskset(): boolean {
  return process.platform === 'linux' && spawnSync('taskset', ['--version']).status === 0
}

/** From the list in a status of Linux, `0-2,5`. */
export function allowedCores(status: string): number[] {
  const list = /^Cpus_allowed_list:\s*(\S+)/m.exec(status)?.[1]
  return (list?.split(',') ?? []).flatMap((range) => {
    const [first = Number.NaN, last = first] = range.split('-').map(Number)
    return Number.isNaN(first) ? [] : Array.from({ length: last - first + 1 }, (_, index) => first + index)
  })
}
