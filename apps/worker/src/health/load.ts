import { performance } from 'node:perf_hooks'

export interface Load {
  /** Processor time, as a share of one core. */
  cpu: number
  /** Share of the time in which the event loop was busy. */
  loop: number
  /** Resident memory, in bytes. */
  memory: number
}

/** @returns a function that measures the time since it was last called. */
export function createLoadMeter(): () => Load {
  let before = { at: performance.now(), cpu: process.cpuUsage(), loop: performance.eventLoopUtilization() }
  return () => {
    const now = { at: performance.now(), cpu: process.cpuUsage(), loop: performance.eventLoopUtilization() }
    const { user, system } = process.cpuUsage(before.cpu)
    const load = {
      cpu: rounded((user + system) / 1_000 / Math.max(1, now.at - before.at)),
      loop: rounded(performance.eventLoopUtilization(now.loop, before.loop).utilization),
      memory: process.memoryUsage.rss(),
    }
    before = now
    return load
  }
}

const rounded = (share: number): number => Math.round(share * 1_000) / 1_000
