import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** Lists of cores, as `taskset` takes them; undefined: the operating system decides. */
export interface Cores {
  /** Core of the measured process, which has it alone. */
  measured?: string | undefined
  generator?: string | undefined
  /** Core of the worker, where ingest is measured with it. */
  worker?: string | undefined
  stores?: string | undefined
}

/** Cores that this process may use; empty where processes cannot be pinned. */
const CORES = hasTaskset() ? allowedCores(readFileSync('/proc/self/status', 'utf8')) : []

/** Separate cores for measured process, generator and stores, as far as there are enough. */
export function coresApart([measured, generator, ...others]: readonly number[] = CORES): Cores {
  if (measured === undefined || generator === undefined) return {}
  const stores = others.length > 0 ? others : [generator]
  return { measured: String(measured), generator: String(generator), stores: stores.join(',') }
}

/** Cores for ingest, generator, worker and stores together; with fewer than four the operating system decides. */
export function coresTogether(cores: readonly number[] = CORES): Cores {
  const [measured, generator, worker, ...stores] = cores.map(String)
  return stores.length > 0 ? { measured, generator, worker, stores: stores.join(',') } : {}
}

/** Cores of several processes that do the same. */
export interface SeveralCores {
  each: Array<string | undefined>
  generator?: string | undefined
  stores?: string | undefined
}

/** One core each where there are enough for all, generator and stores; else the operating system decides. */
export function coresOfSeveral(count: number, cores: readonly number[] = CORES): SeveralCores {
  const each = Array.from({ length: count }, (_, index) => cores[index]?.toString())
  const [generator, ...stores] = cores.slice(count).map(String)
  return stores.length > 0 ? { each, generator, stores: stores.join(',') } : { each: each.map(() => undefined) }
}

/** Pins processes with all their threads and later children; undefined: to every core. */
export function pin(pids: number[], cores: string | undefined): void {
  if (CORES.length === 0) return
  for (const pid of pids) spawnSync('taskset', ['-a', '-c', '-p', cores ?? CORES.join(','), String(pid)])
}

/** A process and its children: Postgres has one per connection. */
export const treeOf = (pid: number): number[] => [pid, ...childrenOf(pid)]

function childrenOf(parent: number): number[] {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
  const rows = (stdout ?? '').split('\n').map((line) => line.trim().split(/\s+/).map(Number))
  return rows.flatMap(([pid, ppid]) => (pid && ppid === parent ? [pid] : []))
}

function hasTaskset(): boolean {
  return process.platform === 'linux' && spawnSync('taskset', ['--version']).status === 0
}

/** Reads Cpus_allowed_list of a Linux process status, e.g. `0-2,5`. */
export function allowedCores(status: string): number[] {
  const list = /^Cpus_allowed_list:\s*(\S+)/m.exec(status)?.[1]
  return (list?.split(',') ?? []).flatMap((range) => {
    const [first = Number.NaN, last = first] = range.split('-').map(Number)
    return Number.isNaN(first) ? [] : Array.from({ length: last - first + 1 }, (_, index) => first + index)
  })
}
