import { quantile } from '../statistics.ts'

export interface Answers {
  sent: number
  /** Answered with 200. */
  accepted: number
  /** Answers other than 200, after which the request is sent again. */
  refused: number
  /** When the first request was sent, in milliseconds of Unix time. */
  startedAt: number
  seconds: number
  /** Latency of the answer in milliseconds, from when the request was due. */
  p50: number
  p99: number
  /** Share of its core that the generator used: near 1 it is the bottleneck. */
  busy: number
}

/** Counts answers from now on. */
export function tally() {
  const startedAt = performance.now()
  const cpu = process.cpuUsage()
  const latencies: number[] = []
  let accepted = 0
  let refused = 0
  return {
    answered(isAccepted: boolean, milliseconds: number): void {
      latencies.push(milliseconds)
      if (isAccepted) accepted += 1
    },
    refused(): void {
      refused += 1
    },
    result(): Answers {
      const seconds = (performance.now() - startedAt) / 1000
      const { user, system } = process.cpuUsage(cpu)
      return {
        sent: latencies.length,
        accepted,
        refused,
        startedAt: performance.timeOrigin + startedAt,
        seconds,
        p50: quantile(latencies, 0.5),
        p99: quantile(latencies, 0.99),
        busy: (user + system) / 1e6 / seconds,
      }
    },
  }
}

export type Tally = ReturnType<typeof tally>
