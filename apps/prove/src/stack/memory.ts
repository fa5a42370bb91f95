import { readFile } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import type { Supervised } from './supervise.ts'

/** Limits of the Helm chart, in MiB. */
export const LIMIT_MB = { ingest: 512, worker: 768 } as const

/** Half of the limit, as V8 itself chooses in a container with such a limit. */
export const heapOption = (kind: keyof typeof LIMIT_MB): string => `--max-old-space-size=${LIMIT_MB[kind] / 2}`

export interface MemoryWatch {
  /** Highest resident memory of each process so far, in MiB, by its name. */
  most: ReadonlyMap<string, number>
  /** Processes ended since they went over the limit. */
  killed: readonly string[]
  stop(): Promise<void>
}

/** Samples the memory of processes, and kills one over its limit as the kernel does to a container. */
export function watchMemory(
  apps: Pick<Supervised, 'name' | 'process'>[],
  limits: Record<keyof typeof LIMIT_MB, number> = LIMIT_MB,
): MemoryWatch {
  const most = new Map<string, number>()
  const killed: string[] = []
  let isOver = false
  async function watch({ name, process }: (typeof apps)[number]): Promise<void> {
    const limit = name.startsWith('ingest') ? limits.ingest : limits.worker
    for (; !isOver; await pause(100)) {
      const running = process()
      const mb = await residentMb(running.pid)
      most.set(name, Math.max(most.get(name) ?? 0, mb))
      if (mb <= limit) continue
      killed.push(`${name} was ended for its memory: ${mb} MiB of ${limit}`)
      await running.kill('SIGKILL')
    }
  }
  const watching = Promise.all(apps.map(watch))
  return {
    most,
    killed,
    stop: async () => {
      isOver = true
      await watching
    },
  }
}

/** The highest of all processes of a kind. */
export function mostByKind(most: ReadonlyMap<string, number>): Record<string, number> {
  const kinds: Record<string, number> = {}
  for (const [name, mb] of most) {
    const kind = name.replace(/-\d+$/, '')
    kinds[kind] = Math.max(kinds[kind] ?? 0, mb)
  }
  return kinds
}

/** 0 when the process has ended. */
export async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  return Math.round(Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1_024)
}
