import { readFileSync } from 'node:fs'

const TICKS_PER_SECOND = 100

/**
 * Measures processor seconds of each group of processes until the returned function is called.
 * Empty on systems other than Linux.
 */
export function watchProcessor(groups: () => Record<string, number[]>): () => Record<string, number> {
  const before = secondsOf(groups())
  return () => {
    const used = Object.entries(secondsOf(groups())).map(([name, seconds]) => [name, seconds - (before[name] ?? 0)])
    return process.platform === 'linux' ? Object.fromEntries(used) : {}
  }
}

const secondsOf = (groups: Record<string, number[]>): Record<string, number> =>
  Object.fromEntries(
    Object.entries(groups).map(([name, pids]) => [name, pids.reduce((sum, pid) => sum + processorSeconds(pid), 0)]),
  )

/** Of the process and its ended children: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function processorSeconds(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
    return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / TICKS_PER_SECOND
  } catch {
    return 0 // it has ended: its parent's count includes it
  }
}
